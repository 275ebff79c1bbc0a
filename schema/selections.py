"""What the caller asked for below the field that is being resolved."""

from collections.abc import Mapping

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, SelectionSetNode

from schema.context import Info


def is_asked(info: Info, name: str) -> bool:
    """Whether a field of this name is asked for anywhere below, under whatever alias.

    A field that a directive leaves out counts as asked for.
    """
    # Strawberry's own `selected_fields` converts every argument too, at five times the price.
    raw = info._raw_info  # noqa: SLF001 - see above
    return any(_holds(node.selection_set, raw.fragments, name) for node in raw.field_nodes)


def _holds(
    chosen: SelectionSetNode | None, fragments: Mapping[str, FragmentDefinitionNode], name: str
) -> bool:
    for selection in chosen.selections if chosen else ():
        if isinstance(selection, FragmentSpreadNode):
            below: SelectionSetNode | None = fragments[selection.name.value].selection_set
        else:
            below = selection.selection_set  # type: ignore[attr-defined]
            if isinstance(selection, FieldNode) and selection.name.value == name:
                return True
        if _holds(below, fragments, name):
            return True
    return False
