"""How members read that they may not take part."""


def unverified_text(role_id: int | None) -> str:
    """Tell an unverified member what is missing: the verified role, if the guild has mapped one."""
    role = f"<@&{role_id}>" if role_id else "the verified role"
    return f"Only verified raiders can take part: you need {role}. Get verified first, then try again."


def suspended_text(in_what: str) -> str:
    """Tell a suspended member that they can't take part in runs, or in whatever it is."""
    return f"You are suspended from raiding, so you can't take part in {in_what} for now."
