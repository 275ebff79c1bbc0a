"""Who may reach which record: the only road from a viewer to a row."""

from accounts.viewers import Viewer
from foundation.errors import Forbidden, Unauthenticated
from storage.models.membership import Role


def signed_in(viewer: Viewer | None) -> Viewer:
    """The viewer, who must be signed in. Raises Unauthenticated."""
    if viewer is None:
        raise Unauthenticated("请先登录")
    return viewer


def require_role(viewer: Viewer | None, *roles: Role) -> Viewer:
    """The viewer, who must act in one of these roles. Raises Unauthenticated or Forbidden."""
    known = signed_in(viewer)
    if known.role not in roles:
        raise Forbidden("当前身份不能进行这项操作")
    return known
