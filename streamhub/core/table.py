"""`Table`: the one persistent map that state is made of; `ByType`: how unions are told apart.

A state is a value: evolving it makes a new one that shares almost everything with the old. This
file only names the library's map, and is the one place in core that tells pydantic how to read and
write what it would not know by itself.
"""

from typing import TYPE_CHECKING, Annotated, TypeVar, get_args

from immutables import Map

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

K = TypeVar("K")
V = TypeVar("V")


class _AsObject:
    """A `Map` travels as a JSON object: `{key: value}`."""

    @staticmethod
    def __get_pydantic_core_schema__(
        source: object, handler: "GetCoreSchemaHandler"
    ) -> "CoreSchema":
        from pydantic_core import core_schema

        key, value = get_args(source)
        return core_schema.no_info_after_validator_function(
            Map,
            core_schema.dict_schema(handler.generate_schema(key), handler.generate_schema(value)),
            serialization=core_schema.plain_serializer_function_ser_schema(
                dict,
                return_schema=core_schema.dict_schema(
                    handler.generate_schema(key), handler.generate_schema(value)
                ),
            ),
        )


Table = Annotated[Map[K, V], _AsObject]


class ByType:
    """The members of a union are told apart by their `type`: `Annotated[Fact, ByType]`."""

    @staticmethod
    def __get_pydantic_core_schema__(
        source: object, handler: "GetCoreSchemaHandler"
    ) -> "CoreSchema":
        from pydantic import Field

        return handler.generate_schema(Annotated[source, Field(discriminator="type")])


__all__ = ["ByType", "Map", "Table"]
