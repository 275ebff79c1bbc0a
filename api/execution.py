"""Runs an operation of a ready document with graphql-core's executor."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Any, cast

from graphql import ExecutionResult, GraphQLSchema, OperationDefinitionNode, OperationType
from graphql.execution import (
    Executor,
    create_source_event_stream,
    map_source_to_response_event,
)
from strawberry.execution import optimized_is_awaitable

from api.bad_values import bad_variables
from api.completion import CompletingExecutor
from api.documents import Document, Documents
from api.refusals import Refused
from api.requests import GraphQLRequest
from schema.context import Context

TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Plan:
    """An operation that passed every check but that of its variables' types."""

    document: Document
    operation: OperationDefinitionNode
    variables: dict[str, Any]

    @property
    def kind(self) -> OperationType:
        """Query, mutation or subscription."""
        return self.operation.operation


class Execution:
    """Plans and runs operations on one schema."""

    def __init__(self, schema: GraphQLSchema, *, suggestions: bool, introspection: bool) -> None:
        self._schema = schema
        self._hide_suggestions = not suggestions
        self.documents = Documents(schema, suggestions=suggestions, introspection=introspection)

    def plan(self, request: GraphQLRequest) -> Plan:
        """Find a request's operation and check its size. Raises Refused."""
        document = self.documents.find(request)
        operation = document.operation(request.operation_name)
        document.check_size_with(operation, request.variables)
        return Plan(document, operation, request.variables)

    async def run(self, plan: Plan, context: Context) -> ExecutionResult:
        """Run a query or a mutation. Raises Refused for variables of the wrong type.

        Raises TimeoutError after 30 seconds; whatever transaction was open is rolled back.
        """
        executor = self._executor(plan, context)
        result = executor.execute_operation()
        if not executor.is_awaitable(result):
            return cast(ExecutionResult, result)
        async with asyncio.timeout(TIMEOUT_S):
            return cast(ExecutionResult, await result)

    async def subscribe(
        self, plan: Plan, context: Callable[[], Context]
    ) -> AsyncGenerator[ExecutionResult, None] | ExecutionResult:
        """Open a subscription; a result instead of a stream says why it could not be opened.

        Every event is executed with a context of its own: loaders that lived as long as the
        subscription would answer with what was true when it began. Raises Refused for variables
        of the wrong type.
        """
        executor = self._executor(plan, context())
        source: Any = create_source_event_stream(executor)
        if executor.is_awaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            return source

        def answer(event: Executor[Any]) -> Any:
            event.context_value = context()
            return event.execute_operation(serially=False)

        return map_source_to_response_event(executor, source, answer)

    def _executor(self, plan: Plan, context: Context) -> Executor[Any]:
        name = plan.operation.name
        executor = CompletingExecutor.build(
            self._schema,
            plan.document.ast,
            context_value=context,
            raw_variable_values=plan.variables,
            operation_name=name.value if name else None,
            is_awaitable=cast(Any, optimized_is_awaitable),
            hide_suggestions=self._hide_suggestions,
            max_coercion_errors=10,
            compiled=plan.document.compiled,
        )
        if isinstance(executor, list):
            raise Refused(bad_variables(executor))
        return executor
