"""The files of room messages, kept until their room closes. The only writer of their table."""

from collections.abc import Sequence

from sqlalchemy import ForeignKey, LargeBinary, Select, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Id
from core.messages import parcels
from core.messages.parcels import Parcel


class RoomFile(Base):
    """`content` goes when the room closes; the chats that it was sent to have it."""

    __tablename__ = "room_files"

    id: Mapped[Id]
    message_id: Mapped[int] = mapped_column(ForeignKey("room_messages.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(parcels.LONGEST_NAME))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


def enclose(session: Session, message_id: int, given: Sequence[Parcel]) -> None:
    for parcel in given:
        file = RoomFile(message_id=message_id, name=parcel.name, media_type=parcel.media_type)
        file.size, file.content = len(parcel.content), parcel.content
        session.add(file)


def of(session: Session, message_ids: Sequence[int]) -> list[RoomFile]:
    """Their files, without the content."""
    query = select(RoomFile).where(RoomFile.message_id.in_(message_ids))
    return list(session.scalars(query.order_by(RoomFile.id)))


def parcels_of(session: Session, message_id: int) -> list[Parcel]:
    """A message's files with their content, as far as it is still there."""
    query = select(RoomFile.name, RoomFile.media_type, RoomFile.content)
    rows = session.execute(query.where(RoomFile.message_id == message_id).order_by(RoomFile.id))
    return [Parcel(name, media_type, content) for name, media_type, content in rows if content is not None]


def empty(session: Session, message_ids: Select[int]) -> None:
    """Forgets what was in these messages' files, but not that they were."""
    holds = RoomFile.content.is_not(None)
    session.execute(
        update(RoomFile)
        .where(RoomFile.message_id.in_(message_ids), holds)
        .values(content=None)
        .execution_options(synchronize_session=False)
    )
