"""The shared cache. With Valkey down it answers from this process's own memory: a cache error fails no request."""

import logging
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.utils.functional import cached_property
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class ForgivingCache(RedisCache):
    """RedisCache that falls back to local memory, so that throttles go on counting (per process) without Valkey."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {
            "socket_connect_timeout": 0.5,
            "socket_timeout": 1,
            "retry": None,
            **params.get("OPTIONS", {}),
        }
        super().__init__(server, params | {"OPTIONS": options})
        self._memory = LocMemCache("forgiving", params)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._either("add", args, kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._either("get", args, kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._either("set", args, kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._either("touch", args, kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._either("delete", args, kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._either("get_many", args, kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._either("set_many", args, kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        return self._either("incr", args, kwargs)

    def count(self, key: str, timeout: int) -> int:
        """How often this was called with `key`, this time included: one word with Valkey where `incr` takes three."""
        name = self.make_and_validate_key(key)
        try:
            counted = int(self._counter.incr(name))
            if counted == 1:
                self._counter.expire(name, timeout)
        except (RedisError, OSError):
            log.warning("cache out of reach, using this process's memory for count")
            return self._count_here(key, timeout)
        return counted

    def _count_here(self, key: str, timeout: int) -> int:
        self._memory.add(key, 0, timeout)
        try:
            return self._memory.incr(key)
        except ValueError:  # it ran out, or made room for another, between the two
            return 1

    @cached_property
    def _counter(self) -> Any:
        return self._cache.get_client(None, write=True)

    def clear(self) -> Any:
        return self._either("clear", (), {})

    def _either(self, verb: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            return getattr(super(), verb)(*args, **kwargs)
        except (RedisError, OSError):
            log.warning("cache out of reach, using this process's memory for %s", verb)
            return getattr(self._memory, verb)(*args, **kwargs)
