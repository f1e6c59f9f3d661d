"""MP3: its frames one after the other. Tags, pictures of covers and whatever else is around them are left out."""

from typing import Final

from carecoord.media.refusal import Unfit

# kbit a second of layer III, by version (1, then 2 and 2.5), and samples a second by version.
RATES: Final = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
SAMPLES: Final = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
TAGS: Final = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3")
LEAST_FRAMES: Final = 4


def begins(content: bytes) -> bool:
    return content.startswith(b"ID3") or _length(content[:4]) > 0


def cleaned(content: bytes) -> bytes:
    begin = _after_tags(content)
    end, frames = begin, 0
    while (length := _length(content[end : end + 4])) and end + length <= len(content):
        end, frames = end + length, frames + 1
    if frames < LEAST_FRAMES:
        raise Unfit("is damaged, or is no recording")
    if not _may_end_so(content[end:]):
        raise Unfit("holds something else behind the recording")
    return content[begin:end]


def _may_end_so(rest: bytes) -> bool:
    """With tags, or with a last frame that was cut when the recording was stopped."""
    return not rest.strip(b"\0") or rest.startswith(TAGS) or _length(rest[:4]) > len(rest)


def _after_tags(content: bytes) -> int:
    place = 0
    while content[place : place + 3] == b"ID3" and len(content) > place + 10:
        size = 0
        for byte in content[place + 6 : place + 10]:
            size = size << 7 | byte & 0x7F
        place += 10 + size + (10 if content[place + 5] & 0x10 else 0)
    return place + len(content[place:]) - len(content[place:].lstrip(b"\0"))


def _length(header: bytes) -> int:
    """Of the frame that begins so; 0 where none does."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    rate, sampled = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer != 1 or rate in (0, 15) or sampled == 3:
        return 0
    kbits = RATES[3 if version == 3 else 2][rate]
    return (144 if version == 3 else 72) * kbits * 1000 // SAMPLES[version][sampled] + (header[2] >> 1 & 1)
