"""The public pages: who mentors here, and a page for each, readable without a script and by link previews."""

import asyncio
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from adapters.web.pages import Pages
from adapters.web.reading import chosen_language, languages, negotiated
from adapters.web.reception import Reception
from adapters.web.statuses import STATUSES
from adapters.web.ways import Ways, address_of
from adapters.web.words import HtmlWords
from core import chat
from core.clock import Clock
from core.ports import Guest, PageRouter, Painter
from core.showcase import Directory, Portrait, Praise

FRESH = "public, max-age=60"
OWN = "private, no-store"
PICTURE_FRESH = "public, max-age=600"
LONGEST_QUERY = 100
SLUG = re.compile(r"[a-z0-9-]{1,40}")
ASKED = ("q", "topic", "language", "highest", "currency", "sort")


class DirectoryDoor:
    def __init__(
        self,
        pages: Pages,
        directory: Directory,
        reception: Reception,
        router: PageRouter,
        paint: Painter,
        clock: Clock,
    ) -> None:
        self._pages = pages
        self._directory = directory
        self._reception = reception
        self._ways = Ways(router.is_read)
        self._paint = paint
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/mentors", self.hall),
            web.get("/mentors/{slug}", self.portrait),
            web.get("/mentors/{slug}/week.png", self.week),
        ]

    async def hall(self, request: web.Request) -> web.Response:
        """Everybody, or those who fit what is asked for."""
        locale, asked = negotiated(request), _asked(request)
        hall = await self._directory.hall(asked, locale)
        kept = {name: asked[name] for name in ASKED if asked.get(name)}
        query = kept | _lang(request)
        return await self._page(
            request,
            "mentors.html",
            locale,
            path="/mentors",
            query=query | ({"page": str(hall.number)} if hall.number > 1 else {}),
            status=STATUSES[chat.Outcome.INVALID] if hall.problem else 200,
            hall=hall,
            asked={name: asked.get(name, "") for name in ASKED},
            at=lambda number: _address("/mentors", {**query, "page": str(number)}),
            with_topic=lambda topic: _address("/mentors", {"topic": topic, **_lang(request)}),
            kept=_lang(request),
            page_of=lambda slug: _address(f"/mentors/{slug}", _lang(request)),
            words_in=lambda zone: self._words(locale, zone),
        )

    async def portrait(self, request: web.Request) -> web.Response:
        """One mentor: who it is, when, for how much, and how to book."""
        locale, slug = negotiated(request), request.match_info["slug"]
        portrait = await self._found(request)
        if portrait is None:
            return await self._page(request, "nobody.html", locale, path="/mentors", query={}, status=404)
        path = f"/mentors/{slug}"
        return await self._page(
            request,
            "mentor.html",
            locale,
            path=path,
            query=_lang(request),
            portrait=portrait,
            picture=self._absolute(request, f"{path}/week.png", {"lang": locale}),
            told=_told(portrait, self._absolute(request, path, {}), self._words(locale, "UTC")),
            at=lambda day, minutes: _address(
                path,
                {"minutes": str(minutes), **({"week": f"{day:%Y%m%d}"} if day else {}), **_lang(request)},
            ),
            with_topic=lambda topic: _address("/mentors", {"topic": topic, **_lang(request)}),
            asked_week="week" in request.query,
            book_at=address_of(chat.to("book.mentor", slug)),
            month=lambda at: chat.Month(at.date()),
            zone=portrait.face.zone,
        )

    async def week(self, request: web.Request) -> web.Response:
        """The free times of the week as a picture, for link previews."""
        locale = negotiated(request)
        portrait = await self._found(request)
        if portrait is None:
            raise web.HTTPNotFound
        name = chat.Text("{name}", {"name": portrait.face.name})
        week = replace(portrait.week, title=name)
        picture = await asyncio.to_thread(self._paint, week, self._reader(locale, portrait.face.zone))
        tag = f'"{hashlib.sha256(picture.content).hexdigest()[:32]}"'
        headers = {"Cache-Control": PICTURE_FRESH, "ETag": tag}
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=picture.content, content_type=picture.media_type, headers=headers)

    # --- private ---------------------------------------------------------------------------------

    async def _found(self, request: web.Request) -> Portrait | None:
        slug = request.match_info["slug"]
        if not SLUG.fullmatch(slug):
            return None
        return await self._directory.portrait(slug, _asked(request))

    async def _page(
        self,
        request: web.Request,
        template: str,
        locale: str,
        *,
        path: str,
        query: Mapping[str, str],
        status: int = 200,
        zone: str = "UTC",
        **values: Any,
    ) -> web.Response:
        guest = await self._reception.guest(request)
        html = self._pages.page(
            template,
            self._reader(locale, zone),
            guest=guest,
            ways=self._ways if guest else None,
            seals=self._seals(request, guest),
            canonical=self._absolute(request, path, query),
            others={
                code: _address(path, {**query, "lang": code}) for code in languages(request) if code != locale
            },
            language_name=chat.LanguageName,
            **values,
        )
        headers = {"Cache-Control": OWN if guest else FRESH, "Vary": "Accept-Language, Cookie"}
        return web.Response(text=html, status=status, content_type="text/html", headers=headers)

    def _seals(self, request: web.Request, guest: Guest | None) -> Mapping[str, str]:
        return self._reception.seals(request) if guest else {}

    def _words(self, locale: str, zone: str) -> HtmlWords:
        return self._pages.words(self._reader(locale, zone))

    def _reader(self, locale: str, zone: str) -> chat.Reader:
        return chat.Reader(locale, zone, at=self._clock.now())

    def _absolute(self, request: web.Request, path: str, query: Mapping[str, str]) -> str:
        home = self._reception.entrance.address or str(request.url.origin())
        return home + _address(path, query)


def _asked(request: web.Request) -> dict[str, str]:
    """The query, as long as it makes sense to read it."""
    return {name: value[:LONGEST_QUERY].replace("\0", "") for name, value in request.query.items()}


def _lang(request: web.Request) -> dict[str, str]:
    """The language stays with those who chose one."""
    chosen = chosen_language(request)
    return {"lang": chosen} if chosen else {}


def _address(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _told(portrait: Portrait, address: str, words: HtmlWords) -> dict[str, object]:
    """The mentor in the vocabulary of search engines (schema.org)."""
    face = portrait.face
    person: dict[str, object] = {
        "@type": "Person",
        "@id": address,
        "name": face.name,
        "description": face.headline,
        "url": address,
        "knowsAbout": list(face.topics),
        "knowsLanguage": [words.plain(chat.Text("{l}", {"l": each})) for each in face.languages.items],
    }
    said = [_reviewed(praise, address) for praise in portrait.reviews]
    return {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "mainEntity": person,
        **({"review": said} if said else {}),
    }


def _reviewed(praise: Praise, address: str) -> dict[str, object]:
    return {
        "@type": "Review",
        "itemReviewed": {"@id": address},
        "author": {"@type": "Person", "name": praise.author},
        "datePublished": f"{praise.at:%Y-%m}",
        "reviewRating": {"@type": "Rating", "ratingValue": praise.stars, "bestRating": 5, "worstRating": 1},
        **({"reviewBody": praise.words} if praise.words else {}),
    }
