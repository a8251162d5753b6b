"""Checks a bundle of Corridor with the standard library alone; Ed25519 (RFC 8032) is written out below.

python3 verify.py BUNDLE KEY [--policy FILE] [ANCHOR ...]
It does not make the files under derived/ again: the program does that, and this one trusts only events.ndjson.
Exit: 0 valid, 1 not valid, 2 unusable, 3 valid, but nobody except the holder of the key vouches for it.
"""
import base64, hashlib, hmac, json, sys, zipfile

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SMALL = {bytes.fromhex(x) for x in (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")}


class Wrong(Exception):
    pass


class Unusable(Exception):
    pass


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (v * x * x - u) % P or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x, y)


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + t, P - 2, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, P - 2, P) % P)


def times(n, a):
    out = (0, 1)
    while n:
        if n & 1:
            out = add(out, a)
        a, n = add(a, a), n >> 1
    return out


def signed(key, message, signature):
    if len(key) != 32 or len(signature) != 64 or key in SMALL or signature[:32] in SMALL:
        return False
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    return times(s, base) == add(r, times(h, a))


def sha(data):
    return hashlib.sha256(data).digest()


def node(left, right):
    return sha(b"\1" + left + right)


def read_key(vkey, kind=1):
    try:
        name, ident, key = vkey.strip().split("+", 2)
        key = base64.b64decode(key, validate=True)
    except ValueError:
        raise Unusable("the key is not a verifier key (name+id+key)")
    if len(key) != 33 or key[0] != kind or sha(name.encode() + b"\n" + key)[:4].hex() != ident:
        raise Unusable("the key is not a verifier key of a %s" % ("log" if kind == 1 else "witness"))
    return name, bytes.fromhex(ident), key[1:]


def checkpoint(note, key):
    name, ident, public = key
    try:
        text, lines = note.decode().rsplit("\n\n", 1)
        text += "\n"
        origin, size, root = text.splitlines()
        size, root = int(size), base64.b64decode(root, validate=True)
    except ValueError:
        raise Wrong("a checkpoint is malformed")
    if "%s\n%d\n%s\n" % (origin, size, base64.b64encode(root).decode()) != text or size < 0 or len(root) != 32:
        raise Wrong("a checkpoint is malformed")
    for line in lines.splitlines():
        parts = line.split(" ")
        if len(parts) == 3 and parts[0] == "\u2014" and parts[1] == name == origin:
            signature = base64.b64decode(parts[2])
            if signature[:4] == ident and signed(public, text.encode(), signature[4:]):
                return size, root
    raise Wrong("a checkpoint is not signed by this log")


def read_policy(path):
    witnesses, groups, quorum = {}, {}, None
    for line in open(path, encoding="utf-8"):
        words = line.split()
        if not words or words[0].startswith("#") or words[0] == "log":
            continue
        if quorum or len(words) < 2 or words[0] != "quorum" and (words[1] in witnesses or words[1] in groups):
            raise Unusable("the policy means nothing: " + line)
        if words[0] == "witness" and len(words) in (3, 4):
            witnesses[words[1]] = read_key(words[2], 4)
        elif words[0] == "group" and len(words) > 3:
            members = words[3:]
            need = {"any": "1", "all": str(len(members))}.get(words[2], words[2])
            if len(set(members)) != len(members) or not set(members) <= set(witnesses) | set(groups):
                raise Unusable("the policy means nothing: " + line)
            if not need.isdigit() or not 1 <= int(need) <= len(members):
                raise Unusable("the policy means nothing: " + line)
            groups[words[1]] = int(need), members
        elif words[0] == "quorum" and len(words) == 2:
            quorum = words[1]
        else:
            raise Unusable("the policy means nothing: " + line)
    if quorum != "none" and quorum not in witnesses and quorum not in groups:
        raise Unusable("the policy has no quorum")
    return witnesses, groups, quorum


def vouching(note, policy):
    witnesses, groups, quorum = policy
    text, lines = note.decode().rsplit("\n\n", 1)
    there = set()
    for name, (key_name, ident, public) in witnesses.items():
        for line in lines.splitlines():
            parts = line.split(" ")
            if len(parts) == 3 and parts[0] == "\u2014" and parts[1] == key_name:
                signature = base64.b64decode(parts[2])
                time, rest = int.from_bytes(signature[4:12], "big"), signature[12:]
                message = "cosignature/v1\ntime %d\n%s\n" % (time, text)
                if signature[:4] == ident and time < 2**63 and signed(public, message.encode(), rest):
                    there.add(name)

    def fits(name):
        return sum(map(fits, groups[name][1])) >= groups[name][0] if name in groups else name in there
    return sorted(there), quorum != "none" and fits(quorum)


def once(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member occurs twice")
    return members


def canonical(value):
    if isinstance(value, dict):
        inner = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be"))
        return "{" + ",".join(canonical(k) + ":" + canonical(v) for k, v in inner) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float) or isinstance(value, int) and abs(value) > 2**53 - 1:
        raise ValueError("a number is not a small integer")
    return json.dumps(value, ensure_ascii=False)


def read(line):
    value = json.loads(line, object_pairs_hook=once)
    if canonical(value).encode() != line:
        raise ValueError("it is not in its canonical spelling")
    return value


def read_leaf(line):
    if len(line) > 65535:
        raise ValueError("it is too long")
    event = read(line)
    need = {"by", "effective_at", "id", "kind", "prev", "recorded_at", "rule", "seq", "stream", "type", "v"}
    if not need <= set(event) <= need | {"clock", "data", "tells", "to"} or event["v"] != 1:
        raise ValueError("it does not have the members of an event")
    return event


def included(leaf, index, size, proof, root):
    if index >= size:
        return False
    at, last, seen = index, size - 1, leaf
    for other in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            seen = node(other, seen)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            seen = node(seen, other)
        at, last = at >> 1, last >> 1
    return last == 0 and seen == root


def grow(tree, leaf):
    size, parts = tree
    tree[0] = size + 1
    while size & 1:
        leaf, size = node(parts.pop(), leaf), size >> 1
    parts.append(leaf)


def root_of(tree):
    parts = tree[1] or [sha(b"")]
    seen = parts[-1]
    for part in reversed(parts[:-1]):
        seen = node(part, seen)
    return seen


def read_seal(data, size, root):
    seal = read(data)
    if set(seal) != {"body", "hashes", "index", "lines"}:
        raise Wrong("seal.json has not the members of a seal")
    body = seal["body"].encode()
    event = read_leaf(body)
    if not included(sha(b"\0" + body), seal["index"], size, [unhash(text) for text in seal["hashes"]], root):
        raise Wrong("the seal of seal.json is not in the log")
    says = event["data"]
    if event["kind"] != "log" or event["type"] != "log_sealed" or says["size"] > seal["index"]:
        raise Wrong("the seal of seal.json is none")
    lasts = {}
    for line in seal["lines"]:
        if set(line) != {"hash", "hashes", "index", "kind", "seq", "stream"}:
            raise Wrong("a line of seal.json has not the members of one")
        text = "%s %s %d %s" % (line["kind"], line["stream"], line["seq"], line["hash"])
        proof = [unhash(text) for text in line["hashes"]]
        if not included(sha(b"\0" + text.encode()), line["index"], says["histories"], proof, bytes.fromhex(says["root"])):
            raise Wrong("a line of seal.json is not under the seal")
        lasts[line["kind"], line["stream"]] = line["seq"], line["hash"]
    return says["size"], lasts


def unhash(text):
    return base64.b64decode(text, validate=True)


def commitments(value, path=""):
    if isinstance(value, dict):
        if "$commit" in value:
            yield path, value["$commit"]
            return
        for name, member in value.items():
            yield from commitments(member, path + "/" + name.replace("~", "~0").replace("/", "~1"))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from commitments(member, "%s/%d" % (path, index))


def verify(bundle, key, anchors, policy=None):
    key = read_key(key)
    policy = read_policy(policy) if policy else None
    try:
        archive = zipfile.ZipFile(bundle)
    except (OSError, zipfile.BadZipFile) as error:
        raise Unusable("the bundle cannot be read: %s" % error)
    try:
        names = archive.namelist()
        manifest = read(archive.read("manifest.json"))
        if manifest["format"] != "corridor-bundle/1":
            raise Unusable("this is not a bundle of Corridor")
        if len(set(names)) != len(names) or set(names) != set(manifest["files"]) | {"manifest.json"}:
            raise Wrong("the entries are not those of the manifest")
        for name, entry in manifest["files"].items():
            data = archive.read(name)
            if len(data) != entry["bytes"] or sha(data).hex() != entry["sha256"]:
                raise Wrong(name + " is not what the manifest says")
        size, root = checkpoint(archive.read("checkpoint"), key)
        witnessed = vouching(archive.read("checkpoint"), policy) if policy else None
        if (size, key[0]) != (manifest["size"], manifest["origin"]):
            raise Wrong("the manifest speaks of another checkpoint")
        full = manifest["kind"] == "full"
        wanted = {}
        for path in anchors:
            anchor = checkpoint(open(path, "rb").read(), key)
            if anchor[0] > size:
                raise Wrong("TRUNCATED or ROLLED BACK: an anchor has %d events, the bundle's log %d" % (anchor[0], size))
            wanted.setdefault(anchor[0], set()).add(anchor[1])
        seal = read_seal(archive.read("seal.json"), size, root) if "seal.json" in names else None
        firsts, openings = {}, {}
        for line in archive.read("openings.ndjson").splitlines():
            opening = read(line)
            openings.setdefault(opening["event"], {})[opening["field"]] = opening
        proofs = [] if full else archive.read("proofs.txt").decode().split("\n\n")
        heads, whole, count, confirmed, before, renewals = {}, [0, []], 0, 0, -1, []
        for number, line in enumerate(archive.read("events.ndjson").split(b"\n")[:-1], 1):
            where = "events.ndjson, line %d: " % number
            event, leaf = read_leaf(line), sha(b"\0" + line)
            stream = event["kind"], event["stream"]
            index, renewal = count, event["kind"] == "log" and event["type"] == "log_recovered"
            if not full:
                lines = proofs[number - 1].strip("\n").split("\n")
                index = int(lines[1].removeprefix("index "))
            if full:
                for kept, tree in renewals:
                    grow(tree, leaf)
                    if tree[0] == kept["size"] and root_of(tree).hex() != kept["root"]:
                        raise Wrong("the events that this log says it took over are not what follows")
            if renewal:
                if index != len(renewals) or event["seq"] != 1:
                    raise Wrong(where + "a log begins anew where it does not begin")
                renewals.append((event["data"]["kept"], [0, []]))
            last = heads.get(stream)
            if last is None and (event["seq"] == 1) != (event["prev"] == "0" * 64):
                raise Wrong(where + "the event names another predecessor than the one before it")
            if last is None and event["seq"] != 1 and manifest["kind"] != "period":
                raise Wrong(where + "the history does not begin with its first event")
            if last and (event["seq"] != last[0] + 1 or event["prev"] != last[1]):
                raise Wrong(where + "an event before it is missing or another one")
            if full or not renewal:
                heads[stream] = event["seq"], leaf.hex()
                firsts.setdefault(stream, index)
                if seal and seal[1].get(stream, (0, ""))[0] == event["seq"] and seal[1][stream][1] != leaf.hex():
                    raise Wrong(where + "the seal names another event in its place")
            known = openings.pop(event["id"], {})
            for field, commitment in commitments(event):
                opening = known.pop(field, None)
                if opening is not None:
                    text = b"corridor/commit/v1\0" + field.encode() + b"\0" + canonical(opening["value"]).encode()
                    if hmac.new(bytes.fromhex(opening["salt"]), text, hashlib.sha256).hexdigest() != commitment:
                        raise Wrong(where + "the value at %s is not the committed one" % field)
            if known:
                raise Wrong(where + "there is a private value where the event has none")
            if full:
                grow(whole, leaf)
                if count + 1 in wanted:
                    if wanted[count + 1] != {root_of(whole)}:
                        raise Wrong("FORKED: an anchor has another root at size %d" % (count + 1))
                    confirmed += 1
            else:
                hashes = [base64.b64decode(text, validate=True) for text in lines[2:]]
                if lines[0] != "c2sp.org/tlog-proof@v1" or index <= before:
                    raise Wrong(where + "its proof is malformed")
                if not included(leaf, index, size, hashes, root):
                    raise Wrong(where + "it is not in the log")
                before = index
            count += 1
        if openings or count != manifest["events"]:
            raise Wrong("the counts of the manifest do not fit")
        if full:
            if (count, root_of(whole)) != (size, root):
                raise Wrong("the events do not give the root of the checkpoint")
            if any(tree[0] < kept["size"] for kept, tree in renewals):
                raise Wrong("the events that this log says it took over are not all there")
        elif size in wanted:
            if wanted[size] != {root}:
                raise Wrong("FORKED: an anchor has another root at size %d" % size)
            confirmed += 1
        for stream, (last, _) in (seal[1] if seal else {}).items():
            if heads.get(stream, (0,))[0] < last:
                raise Wrong("TRUNCATED: %s %s has events after the last one here, up to %d" % (*stream, last))
        for stream, first in firsts.items():
            if seal and first < seal[0] and stream not in seal[1]:
                raise Wrong("%s %s is older than the seal, but seal.json does not name it" % stream)
        return count, size, confirmed, [kept for kept, _ in renewals], manifest["kind"] != "case" or seal, witnessed
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, RecursionError, zipfile.BadZipFile, OSError) as error:
        raise Wrong("malformed: %r" % error)
    except Exception as error:
        if isinstance(error, (Wrong, Unusable)):
            raise
        raise Wrong("malformed: %r" % error)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(print(__doc__) or 2)
    try:
        rest, policy = sys.argv[3:], None
        if rest[:1] == ["--policy"]:
            policy, rest = (rest[1:2] or [None])[0], rest[2:]
        count, size, confirmed, renewals, sealed, witnessed = verify(sys.argv[1], sys.argv[2], rest, policy)
        print("VALID: %d events of a log of %d, %d anchors confirmed" % (count, size, confirmed))
        for kept in renewals:
            print("BEGUN ANEW: this log took the place of %s; %d of its events were taken over" % (kept["origin"], kept["size"]))
        if not confirmed:
            print("NOT ANCHORED: only the holder of the key vouches that this is the history that was there before")
        if not sealed:
            print("NOT SEALED: later events of these histories may have been left out")
        if witnessed and witnessed[1]:
            print("WITNESSED: cosigned by %s, as the policy demands" % ", ".join(witnessed[0]))
        else:
            print("UNWITNESSED: cosigned by %s" % (", ".join(witnessed[0]) if witnessed and witnessed[0] else "nobody asked for"))
        vouched = witnessed[1] if witnessed else confirmed
        sys.exit(0 if vouched and sealed else 3)
    except Wrong as error:
        print("NOT VALID: %s" % error)
        sys.exit(1)
    except Unusable as error:
        print("UNUSABLE: %s" % error)
        sys.exit(2)
