"""Small files of each kind that is taken, made here byte by byte; and what people make who mean harm."""

import struct
import zlib

from carecoord.media import read_media

EXIF = (
    b"Exif\0\0MM\x00\x2a\x00\x00\x00\x08\x00\x02"
    b"\x01\x0f\x00\x02\x00\x00\x00\x05Nokia\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
).replace(b"Nokia", b"Noki")
PLACE = b"51 deg 30' 26\" N"


def segment(marker, body):
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg(*, width=2, height=2, more=b"", scanned=b"\x12\x34\xff\x00\x56"):
    frame = segment(0xC0, b"\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00")
    tables = segment(0xDB, b"\x00" + bytes(64)) + segment(0xC4, bytes(17))
    start = b"\xff\xd8" + segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    return start + more + tables + frame + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + scanned + b"\xff\xd9"


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*, width=2, height=2, more=b""):
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    points = zlib.compress(b"".join(b"\0" + b"\x80" * 2 for _ in range(2)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + more + chunk(b"IDAT", points) + chunk(b"IEND", b"")


def pdf(*, more=b"", after=b"\n"):
    page = (
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    )
    return b"%PDF-1.4\n" + page + more + b"trailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF" + after


def mp3(*, frames=6, before=b"", after=b""):
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    return before + frame * frames + after


def box(name, body=b""):
    return struct.pack(">I", len(body) + 8) + name + body


def mp4(*, handler=b"vide", brand=b"isom", more=b"", top=b""):
    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(12))))
    return box(b"ftyp", brand + bytes(4)) + box(b"moov", track + more) + top + box(b"mdat", b"\x01" * 20)


def zip_of_a_script():
    """A ZIP as it stands at the end of a file, whatever comes before it."""
    name, body = b"a.js", b"alert(1)"
    local = b"PK\x03\x04" + bytes(22) + struct.pack("<HH", len(name), 0) + name + body
    central = b"PK\x01\x02" + bytes(24) + struct.pack("<HHH", len(name), 0, 0) + bytes(12) + name
    end = b"PK\x05\x06" + bytes(4) + struct.pack("<HHIIH", 1, 1, len(central), len(local), 0)
    return local + central + end


def photo():
    return read_media(jpeg(), name="garden.jpg", claimed="image/jpeg")
