"""Documents ready to run: parsed, measured, validated, and kept, so that a known one costs nothing.

A refused document is kept as well: the same mistake a thousand times is worked out once.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from api.bad_values import bad_literal
from api.completion import Compiled
from api.refusals import Code, Refused, bad_input, error_body
from api.requests import GraphQLRequest, is_clean
from api.weight import (
    MAX_PAIRS,
    MAX_TOKENS,
    Size,
    check_document,
    check_size,
    merged_pairs,
    page_sizes_of,
    weigh,
)

KEPT_DOCUMENTS = 512
KEPT_TEXT = 16_384
KEPT_SIZES = 64
MAX_VALIDATION_ERRORS = 10

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """A mapping that forgets what was used longest ago."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Any, Value] = OrderedDict()

    def get(self, key: object) -> Value | None:
        """The value of a key, which becomes the most recent one."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: object, value: Value) -> None:
        """Keep a value and drop the oldest when there are too many."""
        self._values[key] = value
        if len(self._values) > self._size:
            self._values.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()

    def __len__(self) -> int:
        return len(self._values)


class Document:
    """A valid document and its operations."""

    def __init__(self, schema: GraphQLSchema, ast: DocumentNode) -> None:
        self.ast = ast
        self._schema = schema
        self._sizes: Recent[Size] = Recent(KEPT_SIZES)
        self.compiled: Compiled = {}
        self.operations: dict[str | None, OperationDefinitionNode] = {}
        self.fragments: dict[str, FragmentDefinitionNode] = {}
        for definition in ast.definitions:
            if isinstance(definition, OperationDefinitionNode):
                name = definition.name.value if definition.name else None
                self.operations[name] = definition
            elif isinstance(definition, FragmentDefinitionNode):
                self.fragments[definition.name.value] = definition

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run. Raises Refused when it is not clear which."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None:
            raise bad_input("query 有多个操作，请用 operationName 指明其一")
        found = self.operations.get(name)
        if found is None:
            raise bad_input("query 中没有 operationName 指明的操作")
        return found

    def check_sizes(self) -> None:
        """Check every operation as it stands, before validation. Raises Refused."""
        if not self.operations:
            raise bad_input("query 中没有操作")
        fields = pairs = 0
        for operation in self.operations.values():
            size = weigh(self._schema, operation, self.fragments, page_sizes_of(operation, {}))
            fields += size.fields
            check_size(Size(size.depth, fields, size.weight))
            pairs += merged_pairs(operation, self.fragments)
            if pairs > MAX_PAIRS:
                raise bad_input("查询过大：同名字段重复过多")

    def check_size_with(
        self, operation: OperationDefinitionNode, variables: Mapping[str, object]
    ) -> None:
        """Check an operation with the page sizes that its variables ask for. Raises Refused."""
        if not operation.variable_definitions:
            return
        sizes = page_sizes_of(operation, variables)
        key = (id(operation), *sorted(sizes.items()))
        size = self._sizes.get(key)
        if size is None:
            size = weigh(self._schema, operation, self.fragments, sizes)
            self._sizes.put(key, size)
        check_size(size)


class Documents:
    """Every document that was sent lately, by its text."""

    def __init__(self, schema: GraphQLSchema, *, suggestions: bool, introspection: bool) -> None:
        self._schema = schema
        self._suggestions = suggestions
        self._rules: tuple[type[ASTValidationRule], ...] = tuple(specified_rules)
        if not introspection:
            self._rules = (*self._rules, NoSchemaIntrospectionCustomRule)
        self._kept: Recent[Document | Refused] = Recent(KEPT_DOCUMENTS)

    def find(self, request: GraphQLRequest) -> Document:
        """The document of a request. Raises Refused."""
        text = request.query
        found = self._kept.get(text)
        if found is None:
            found = self._read(text)
            if len(text) <= KEPT_TEXT:
                self._kept.put(text, found)
        if isinstance(found, Refused):
            raise found.with_traceback(None)
        return found

    def _read(self, text: str) -> Document | Refused:
        try:
            return self._checked(text)
        except Refused as refused:
            return refused

    def _checked(self, text: str) -> Document:
        if not is_clean(text):
            raise bad_input("query 含有控制字符或无效字符")
        try:
            ast = parse(text, max_tokens=MAX_TOKENS)
        except GraphQLSyntaxError as error:
            raise Refused([_of_library(error)]) from None
        except RecursionError:
            raise bad_input("查询嵌套过深") from None
        check_document(ast)
        document = Document(self._schema, ast)
        document.check_sizes()
        errors = validate(
            self._schema,
            ast,
            self._rules,
            max_errors=MAX_VALIDATION_ERRORS,
            hide_suggestions=not self._suggestions,
        )
        if errors:
            raise Refused(_of_validation(ast, errors))
        return document


def _of_library(error: GraphQLError) -> dict[str, Any]:
    body = error_body(Code.BAD_USER_INPUT, f"请求无效：{error.message[:300]}")
    if error.locations:
        body["locations"] = [
            {"line": place.line, "column": place.column} for place in error.locations
        ]
    return body


def _of_validation(ast: DocumentNode, errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    return [bad_literal(ast, error) or _of_library(error) for error in errors]
