"""A request while a person changes it: what its text looks like, what there is to say of it."""
