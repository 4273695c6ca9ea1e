# What runs the cases against a tenant stands here; attrflow does not need it.
