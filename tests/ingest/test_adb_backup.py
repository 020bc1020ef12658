"""adb backups: every container gives the same messages, a password is needed only where it is."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zlib

import pytest
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from analyzer.ingest import android_backup, unpacking

FOLDER = "apps/com.android.providers.telephony/d_f/"
PASSWORD = "correct horse 密码"


# A writer of backups, laid out as Android's BackupManagerService does it.


def message_file(messages):
    return zlib.compress(json.dumps(messages, ensure_ascii=False).encode())


def tar(files):
    """Return a tar of (name, bytes), a manifest before them as Android writes it."""
    out = io.BytesIO()
    manifest = ("apps/com.android.providers.telephony/_manifest", b"1\n")
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in (manifest, *files):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def backup(payload, *, version=5, compressed=True, password=None, rounds=100):
    """Return a backup file with a tar inside."""
    content = zlib.compress(payload) if compressed else payload
    header = f"ANDROID BACKUP\n{version}\n{int(compressed)}\n"
    if password is None:
        return f"{header}none\n".encode() + content
    user_salt, checksum_salt = bytes(range(64)), bytes(range(64, 128))
    user_iv, master_iv = bytes(range(16)), bytes(range(16, 32))
    master = bytes(range(112, 144))  # with bytes below and above 0x80
    checksum = derived(java_characters(master, version), checksum_salt, rounds)
    blob = b"".join(bytes([len(field)]) + field for field in (master_iv, master, checksum))
    user_key = derived(password_bytes(password, version), user_salt, rounds)
    lines = (
        "AES-256",
        *(user_salt.hex().upper(), checksum_salt.hex().upper(), str(rounds)),
        *(user_iv.hex().upper(), encrypted(blob, user_key, user_iv).hex().upper()),
    )
    return (header + "\n".join(lines) + "\n").encode() + encrypted(content, master, master_iv)


def password_bytes(password, version):
    return bytes(ord(c) & 0xFF for c in password) if version == 1 else password.encode()


def java_characters(data, version):
    """Return bytes cast to Java characters, sign carried, as the checksum's password."""
    if version == 1:
        return data
    return "".join(chr((byte - 256 if byte > 127 else byte) % 65536) for byte in data).encode()


def derived(password, salt, rounds):
    return hashlib.pbkdf2_hmac("sha1", password, salt, rounds, 32)


def encrypted(data, key, iv):
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()


# The tests.


@pytest.fixture
def story(fixtures):
    return json.loads((fixtures / "adb_backup/story.json").read_text(encoding="utf-8"))


@pytest.fixture
def files(story):
    """Two files of messages and one of MMS, as the agent splits them."""
    mms = [{"date": "1767226500", "m_type": "132", "recipients": ["+15550100003"], "msg_box": "1"}]
    return (
        (FOLDER + "000000_sms_backup", message_file(story[:5])),
        (FOLDER + "000001_sms_backup", message_file(story[5:])),
        (FOLDER + "000002_mms_backup", message_file(mms)),
    )


@pytest.fixture(autouse=True)
def _no_password(monkeypatch):
    monkeypatch.delenv(android_backup.PASSWORD_VARIABLE, raising=False)


@pytest.fixture
def given_password(monkeypatch):
    monkeypatch.setenv(android_backup.PASSWORD_VARIABLE, PASSWORD)


def expected_rows(fixtures, read):
    return read(fixtures / "adb_backup/story.json").rows("record")


@pytest.mark.parametrize("version", range(1, 6))
@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("password", [None, PASSWORD])
@pytest.mark.usefixtures("given_password")
def test_every_container_gives_the_same_messages(
    version, compressed, password, files, fixtures, read, read_text
):
    data = backup(tar(files), version=version, compressed=compressed, password=password)
    found = read_text(data)
    assert found.rows("record") == expected_rows(fixtures, read)
    assert found.account.other == {"mms": 1}
    assert found.whats == []


@pytest.mark.usefixtures("given_password")
def test_miui_lines_before_a_backup_are_passed_over(files, fixtures, read, read_text):
    prefix = b"MIUI BACKUP\n2\ncom.android.providers.telephony Messaging\n-1\n0\n"
    found = read_text(prefix + backup(tar(files), password=PASSWORD))
    assert found.rows("record") == expected_rows(fixtures, read)


def test_a_missing_password_is_one_clear_problem(files, read_text):
    found = read_text(backup(tar(files), password=PASSWORD))
    assert found.whats == ["backup_password_missing"]
    assert "SMS_ANALYZER_BACKUP_PASSWORD" in found.ingested.problems[0].remedy()


@pytest.mark.parametrize("version", [1, 5])
def test_a_wrong_password_is_one_clear_problem(version, files, read_text, monkeypatch):
    monkeypatch.setenv(android_backup.PASSWORD_VARIABLE, "wrong")
    found = read_text(backup(tar(files), version=version, password=PASSWORD))
    assert found.whats == ["backup_password_wrong"]


def test_a_person_at_the_terminal_is_asked(files):
    asked = []

    def ask(log):
        asked.append(log)
        return PASSWORD

    data = io.BytesIO(backup(tar(files), password=PASSWORD))
    stream = android_backup.opened_backup(data, "sms.ab", unpacking.Budget(), ask)
    names = [member.name for member in unpacking.TarMembers(stream)]
    assert asked == ["sms.ab"]
    assert names[1:] == [name for name, _ in files]


def test_without_a_terminal_nobody_is_asked(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert android_backup.from_terminal("sms.ab") is None


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("password", [None, PASSWORD])
@pytest.mark.usefixtures("given_password")
def test_a_backup_cut_anywhere_says_so(compressed, password, files, read_text):
    data = backup(tar(files), compressed=compressed, password=password)
    end = len(data) if compressed else len(data) - 9000  # padding behind the end mark
    for cut in range(20, end - 40, max(1, end // 25)):
        found = read_text(data[:cut])
        assert found.account.truncated, cut
        assert set(found.whats) <= {"truncated", "characters_replaced"}


def test_a_damaged_message_file_costs_only_its_own_end(files, read_text):
    (first, data), *others = files
    found = read_text(backup(tar([(first, data[: len(data) // 2]), *others])))
    assert found.whats == ["damaged_member"]
    assert "will fail" in found.bodies


def test_members_named_like_paths_are_not_written_or_read(story, read_text, tmp_path):
    names = [
        "../../escape",
        "/tmp/escape",
        FOLDER + "../000000_sms_backup",
        FOLDER + "x/1_sms_backup",
    ]
    found = read_text(backup(tar([(name, message_file(story)) for name in names])))
    assert found.whats == ["backup_without_messages"]
    assert [path.name for path in tmp_path.rglob("*")] == ["log"]


@pytest.mark.parametrize(
    "header",
    [
        "ANDROID BACKUP\n6\n1\nnone\n",
        "ANDROID BACKUP\nfive\n1\nnone\n",
        "ANDROID BACKUP\n5\n1\nROT13\n",
        "ANDROID BACKUP\n5\n1\nAES-256\nxx\nxx\n1\nxx\nxx\n",
        f"ANDROID BACKUP\n5\n1\nAES-256\n00\n00\n999999999\n{'00' * 16}\n{'00' * 96}\n",
        f"ANDROID BACKUP\n5\n1\nAES-256\n00\n00\n10\n{'00' * 16}\n{'00' * 15}\n",
        "ANDROID BACKUP\n" + "5" * 5000,
        "MIUI BACKUP\n" + "2\n" * 50,
    ],
)
@pytest.mark.usefixtures("given_password")
def test_an_unknown_header_is_refused_in_no_time(header, read_text):
    assert read_text(header.encode() + b"rest" * 100).whats == ["backup_unknown"]


@pytest.mark.parametrize("layers", ["outer", "inner", "alone"])
def test_a_bomb_is_left_out(layers, read_text, monkeypatch):
    monkeypatch.setattr(unpacking, "BOMB_BYTES", 1 << 20)
    start = b'[{"recipients":["1"],"date":"1767225601742","body":"'
    bomb = zlib.compress(start + b"0" * (8 << 20))
    data = {
        "outer": backup(tar([("apps/x", bytes(8 << 20))])),
        "inner": backup(tar([(FOLDER + "0_sms_backup", bomb)])),
        "alone": bomb,
    }[layers]
    found = read_text(data)
    assert "bomb" in found.whats
    assert found.messages == []
