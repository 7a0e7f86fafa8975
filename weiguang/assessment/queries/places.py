"""In which places what is decided about a child belongs."""

from weiguang.register.models import Child, SafetyMove


def paths_of(child: Child) -> tuple[str, ...]:
    """The child's places; of one that was moved for safety the city that answers for the move."""
    if not child.is_sheltered:
        return child.subject.paths
    moves = child.safety_moves.exclude(state=SafetyMove.State.ENDED)
    return tuple(moves.values_list("city_path", flat=True)[:1])
