"""Every byte of every entry of a bundle changed, with and without a manifest that fits, and the archive cut after every
byte: verify.py must refuse each, in time."""
import functools, io, json, sys, time, zipfile

import verify

# The same signature over the same words is checked once: there are only so many checkpoints.
verify.signed = functools.lru_cache(maxsize=None)(verify.signed)
LONGEST = 20.0


def zipped(entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out


def mended(entries):
    manifest = json.loads(dict(entries)["manifest.json"])
    for name, data in entries:
        if name != "manifest.json":
            manifest["files"][name] = {"bytes": len(data), "sha256": verify.sha(data).hex()}
    manifest["events"] = dict(entries)["events.ndjson"].count(b"\n")
    manifest["opened"] = dict(entries)["openings.ndjson"].count(b"\n")
    text = verify.canonical(manifest).encode()
    return zipped([(name, text if name == "manifest.json" else data) for name, data in entries])


def verdict(archive, key, anchor):
    begun = time.monotonic()
    try:
        verify.verify(archive, [key], [anchor])
        said = 0
    except verify.Wrong:
        said = 1
    except verify.Unusable:
        said = 2
    assert time.monotonic() - begun < LONGEST, "it takes too long"
    return said


bundle, key, anchor = sys.argv[1:]
whole = open(bundle, "rb").read()
with zipfile.ZipFile(bundle) as archive:
    entries = [(name, archive.read(name)) for name in archive.namelist()]
assert verdict(io.BytesIO(whole), key, anchor) == 0
tried = 0
for place, (name, data) in enumerate(entries):
    free = name in ("README.txt", "verify.py", "manifest.json") or name.startswith("derived/") or name == "history.html"
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1 << at % 8
        others = entries[:place] + [(name, bytes(changed))] + entries[place + 1:]
        assert verdict(zipped(others), key, anchor) in (1, 2), "%s, byte %d" % (name, at)
        tried += 1
        if not free:
            assert verdict(mended(others), key, anchor) in (1, 2), "%s, byte %d, with another manifest" % (name, at)
for length in range(len(whole)):
    assert verdict(io.BytesIO(whole[:length]), key, anchor) in (1, 2), "cut after %d" % length
print("verify.py: %d bytes changed, %d cuts" % (tried, len(whole)))
