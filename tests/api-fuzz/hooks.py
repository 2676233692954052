"""Serializers of media types that schemathesis does not know."""

import schemathesis


@schemathesis.serializer("application/partial-upload")
def partial_upload(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
