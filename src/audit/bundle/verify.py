"""Checks a bundle of Corridor with the standard library alone; Ed25519 (RFC 8032) is written out below.

python3 verify.py BUNDLE KEY [--key KEY ...] [--policy FILE] [ANCHOR ...]
It does not make the files under derived/ again: the program does that, and this one trusts only events.ndjson.
Exit: 0 valid, 1 not valid, 2 unusable, 3 valid, but nobody except the holder of the key vouches for it.
"""
import base64, hashlib, hmac, json, re, sys, zipfile

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


def says(note):
    try:
        text, parted, lines = note.decode().rpartition("\n\n")
        origin, size, root = text.split("\n")
        size, root = int(size), unhash(root)
        odd = [c for c in note.decode() if c != "\n" and (c < " " or "\x7f" <= c < "\xa0")]
        signatures = []
        for line in lines.removesuffix("\n").split("\n"):
            dash, name, signature = line.split(" ")
            signatures.append((name, unhash(signature)))
            if dash != "\u2014":
                raise ValueError
        if odd or not parted or not lines.endswith("\n") or len(note) > 65536 or len(signatures) > 100:
            raise ValueError
    except ValueError:
        raise Wrong("a checkpoint is malformed")
    text += "\n"
    if "%s\n%d\n%s\n" % (origin, size, base64.b64encode(root).decode()) != text or size < 0 or len(root) != 32:
        raise Wrong("a checkpoint is malformed")
    return origin, size, root, text, signatures


def signs(note, key):
    origin, _, _, text, signatures = says(note)
    name, ident, public = key
    return name == origin and any(
        own == name and bytes[:4] == ident and signed(public, text.encode(), bytes[4:]) for own, bytes in signatures)


def checkpoint(note, keys):
    if not any(signs(note, key) for key in keys):
        raise Wrong("a checkpoint is not signed by this log")
    return says(note)[1:3]


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
    text, signatures = says(note)[3:]
    there = set()
    for name, (key_name, ident, public) in witnesses.items():
        for own, signature in signatures:
            if own == key_name:
                time, rest = int.from_bytes(signature[4:12], "big"), signature[12:]
                message = "cosignature/v1\ntime %d\n%s" % (time, text)
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


def instant(text):
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return whole, fraction.ljust(9, "0")


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


def consistent(old, old_root, new, new_root, proof):
    if old == 0 or old >= new:
        return old <= new and not proof and (old_root == (sha(b"") if old == 0 else new_root))
    at, last, rest = old - 1, new - 1, list(proof)
    while at & 1:
        at, last = at >> 1, last >> 1
    if at and not rest:
        return False
    then = now = rest.pop(0) if at else old_root
    for other in rest:
        if last == 0:
            return False
        if at & 1 or at == last:
            then, now = node(other, then), node(other, now)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            now = node(now, other)
        at, last = at >> 1, last >> 1
    return last == 0 and (then, now) == (old_root, new_root)


def read_earlier(archive, manifest, origin, size, root):
    earlier = {}
    for name in manifest["files"]:
        if not name.startswith("anchors/"):
            continue
        found = re.fullmatch(r"anchors/(0|[1-9][0-9]*)\.(checkpoint|consistency)", name)
        if not found or found[2] == "consistency" and (manifest["kind"] == "full" or name[:-11] + "checkpoint" not in manifest["files"]):
            raise Wrong(name + " is malformed")
        if found[2] == "consistency":
            continue
        note = archive.read(name)
        own, at, was = says(note)[:3]
        if own != origin or at != int(found[1]) or at >= size:
            raise Wrong(name + " is malformed")
        if manifest["kind"] != "full":
            proof = [unhash(text.decode()) for text in lines_of(archive, name[:-10] + "consistency")]
            if len(proof) > 64 or not consistent(at, was, size, root, proof):
                raise Wrong("FORKED: a checkpoint in the bundle itself has another root at size %d" % at)
        earlier[at] = note, was
    return earlier


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
    data = base64.b64decode(text, validate=True)
    if not data or base64.b64encode(data).decode() != text:
        raise ValueError("it is not base64 in its only spelling")
    return data


def lines_of(archive, name):
    lines = archive.read(name).split(b"\n")
    if lines.pop() != b"":
        raise Wrong(name + " is cut")
    return lines


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


def verify(bundle, keys, anchors, policy=None):
    keys = [read_key(key) for key in keys]
    key = keys[0]
    if any(other[0] != key[0] for other in keys):
        raise Unusable("the keys are not of one log")
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
        members = {"events", "files", "filter", "format", "kind", "opened", "origin", "size"}
        if set(manifest) - {"withhold"} != members or type(manifest.get("withhold", False)) is not bool:
            raise Wrong("the manifest has not the members of one")
        if len(set(names)) != len(names) or set(names) != set(manifest["files"]) | {"manifest.json"}:
            raise Wrong("the entries are not those of the manifest")
        for name, entry in manifest["files"].items():
            data = archive.read(name)
            if len(data) != entry["bytes"] or sha(data).hex() != entry["sha256"]:
                raise Wrong(name + " is not what the manifest says")
        own = archive.read("checkpoint")
        origin, size, root = says(own)[:3]
        full = manifest["kind"] == "full"
        # In a whole log its own earlier checkpoints may lead from a trusted key to the one that signed this.
        if not full or not any(name.startswith("anchors/") for name in names):
            checkpoint(own, keys)
        witnessed = vouching(archive.read("checkpoint"), policy) if policy else None
        if (size, origin) != (manifest["size"], manifest["origin"]) or origin != key[0]:
            raise Wrong("the manifest speaks of another checkpoint")
        asked, kinds = manifest["filter"], {"full": set(), "case": {"streams"}, "period": {"from", "to"}}
        if set(asked) != kinds[manifest["kind"]] or len(set(asked.get("streams", []))) != len(asked.get("streams", [])):
            raise Wrong("the manifest does not say what was asked for")
        for time in asked.values() if manifest["kind"] == "period" else []:
            if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", time):
                raise Wrong("the manifest does not say what was asked for")
        earlier = read_earlier(archive, manifest, origin, size, root)
        trusted, announced, retired, named, followed = list(keys), [], [], [], 0
        wanted = {}
        for path in anchors:
            anchor = checkpoint(open(path, "rb").read(), keys)
            if anchor[0] > size:
                raise Wrong("TRUNCATED or ROLLED BACK: an anchor has %d events, the bundle's log %d" % (anchor[0], size))
            wanted.setdefault(anchor[0], set()).add(anchor[1])
        seal = read_seal(archive.read("seal.json"), size, root) if "seal.json" in names else None
        firsts, openings, opened = {}, {}, 0
        for line in lines_of(archive, "openings.ndjson"):
            opening = read(line)
            opened += 1
            salt = bytes.fromhex(opening["salt"])
            if set(opening) != {"event", "field", "salt", "value"} or len(salt) != 32 or salt.hex() != opening["salt"]:
                raise Wrong("a line of openings.ndjson is malformed")
            openings.setdefault(opening["event"], {})[opening["field"]] = opening
        proofs = [] if full else archive.read("proofs.txt").decode().split("\n\n")
        heads, whole, count, confirmed, before, renewals = {}, [0, []], 0, 0, -1, []
        missing, gone, holds = {}, {}, {}
        for number, line in enumerate(lines_of(archive, "events.ndjson"), 1):
            where = "events.ndjson, line %d: " % number
            event, leaf = read_leaf(line), sha(b"\0" + line)
            stream = event["kind"], event["stream"]
            index, renewal = count, event["kind"] == "log" and event["type"] == "log_recovered"
            if not full:
                lines = proofs[number - 1].split("\n")
                index = int(lines[1].removeprefix("index "))
                if lines[1] != "index %d" % index:
                    raise Wrong(where + "its proof is malformed")
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
            part = not full and event["kind"] == "log" and event["type"] in ("log_recovered", "log_key_added", "log_key_retired")
            if part:
                pass
            elif last is None and (event["seq"] == 1) != (event["prev"] == "0" * 64):
                raise Wrong(where + "the event names another predecessor than the one before it")
            elif last is None and event["seq"] != 1 and manifest["kind"] != "period":
                raise Wrong(where + "the history does not begin with its first event")
            elif last and (event["seq"] != last[0] + 1 or event["prev"] != last[1]):
                raise Wrong(where + "an event before it is missing or another one")
            changes = event["kind"] == "log" and event["type"] in ("log_key_added", "log_key_retired")
            if changes:
                try:
                    other, beside = read_key(event["data"]["key"]), read_key(event["data"]["beside"])
                except Unusable:
                    other = beside = None, None, None
                if (other[0], beside[0]) != (origin, origin):
                    raise Wrong(where + "the leaf that adds or retires a key is malformed")
                named += [other, beside]
                (announced if event["type"] == "log_key_added" else retired).append(other)
            alone = not full and (renewal or changes)
            if manifest["kind"] == "period" and not alone and event["kind"] != "keeping":
                if not instant(asked["from"]) <= instant(event["recorded_at"]) < instant(asked["to"]):
                    raise Wrong(where + "it was not recorded in the period that was asked for")
            if not alone:
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
                else:
                    there = missing.get(stream, (0, 0))
                    missing[stream] = max(there[0], event["seq"]), there[1] + 1
            if known:
                raise Wrong(where + "there is a private value where the event has none")
            if event["kind"] == "keeping":
                data, open_holds = event.get("data", {}), holds.setdefault(event["stream"], set())
                if event["type"] == "hold_placed" and "hold" in data:
                    open_holds.add(data["hold"])
                elif event["type"] == "hold_lifted" and "hold" in data:
                    open_holds.discard(data["hold"])
                elif event["type"] in ("record_erased", "record_disposed"):
                    if open_holds:
                        raise Wrong(where + "a record was erased or disposed of while a hold lay on it")
                    record = data["of"], data["record"]
                    head = heads.get(record, (0, ""))
                    if data["record"] != event["stream"]:
                        raise Wrong(where + "the leaf of an erasure speaks of another record")
                    if manifest["kind"] != "period" and (data["through"] > head[0] or data["through"] == head[0] and data["hash"] != head[1]):
                        raise Wrong(where + "the leaf of an erasure speaks of events that are not there")
                    gone[record] = max(gone.get(record, 0), data["through"])
            if full:
                grow(whole, leaf)
                if count + 1 in earlier:
                    note, was = earlier[count + 1]
                    if was != root_of(whole):
                        raise Wrong("FORKED: a checkpoint in the bundle itself has another root at size %d" % (count + 1))
                    if any(signs(note, good) for good in trusted if good not in retired):
                        followed += len([other for other in announced if other not in trusted])
                        trusted, announced = trusted + announced, []
                if count + 1 in wanted:
                    if wanted[count + 1] != {root_of(whole)}:
                        raise Wrong("FORKED: an anchor has another root at size %d" % (count + 1))
                    confirmed += 1
            else:
                hashes = [unhash(text) for text in lines[2:]]
                if lines[0] != "c2sp.org/tlog-proof@v1" or index <= before:
                    raise Wrong(where + "its proof is malformed")
                if not included(leaf, index, size, hashes, root):
                    raise Wrong(where + "it is not in the log")
                before = index
            count += 1
        if proofs[count:] != [] and proofs[count:] != [""]:
            raise Wrong("there are more proofs than events")
        if openings or (count, opened) != (manifest["events"], manifest["opened"]):
            raise Wrong("the counts of the manifest do not fit")
        if full:
            if (count, root_of(whole)) != (size, root):
                raise Wrong("the events do not give the root of the checkpoint")
            if any(tree[0] < kept["size"] for kept, tree in renewals):
                raise Wrong("the events that this log says it took over are not all there")
        else:
            for at, was in [(size, root)] + [(at, was) for at, (_, was) in earlier.items()]:
                if at in wanted:
                    if wanted[at] != {was}:
                        raise Wrong("FORKED: an anchor has another root at size %d" % at)
                    confirmed += 1
        for at, (note, _) in earlier.items():
            if not any(signs(note, good) for good in trusted + named):
                raise Wrong("the earlier checkpoint of size %d is not signed by this log" % at)
        if any(signs(own, good) for good in trusted if good not in retired):
            followed += len([other for other in announced if other not in trusted])
        elif any(signs(own, good) for good in trusted):
            raise Wrong("the checkpoint is signed only with a key that the log itself retired before")
        else:
            raise Wrong("a checkpoint is not signed by this log")
        erased = 0
        for stream, (last, values) in missing.items():
            if last <= gone.get(stream, 0):
                erased += values
            elif not manifest.get("withhold", False):
                raise Wrong("a private value of event %d of %s %s is missing, and no erasure in the log says so" % (last, *stream))
        if manifest["kind"] == "case":
            here = {"%s:%s" % stream for stream in heads}
            ids = {name.split(":")[1] for name in asked["streams"]}
            extra = {name for name in here - set(asked["streams"]) if not (name.startswith("keeping:") and name[8:] in ids)}
            if extra or set(asked["streams"]) - here or not here:
                raise Wrong("what is here is not what was asked for: %s" % sorted(extra | set(asked["streams"]) - here))
        for stream, (last, _) in (seal[1] if seal else {}).items():
            if heads.get(stream, (0,))[0] < last:
                raise Wrong("TRUNCATED: %s %s has events after the last one here, up to %d" % (*stream, last))
        for stream, first in firsts.items():
            if seal and first < seal[0] and stream not in seal[1]:
                raise Wrong("%s %s is older than the seal, but seal.json does not name it" % stream)
        return count, size, confirmed, [kept for kept, _ in renewals], manifest["kind"] != "case" or seal, witnessed, erased, followed
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
        keys, rest, policy = [sys.argv[2]], sys.argv[3:], None
        while rest[:1] == ["--key"]:
            keys, rest = keys + rest[1:2], rest[2:]
        if rest[:1] == ["--policy"]:
            policy, rest = (rest[1:2] or [None])[0], rest[2:]
        count, size, confirmed, renewals, sealed, witnessed, erased, followed = verify(sys.argv[1], keys, rest, policy)
        print("VALID: %d events of a log of %d, %d anchors confirmed" % (count, size, confirmed))
        for kept in renewals:
            print("BEGUN ANEW: this log took the place of %s; %d of its events were taken over" % (kept["origin"], kept["size"]))
        if erased:
            print("ERASED: %d private values are gone, as the log itself says" % erased)
        if followed:
            print("KEY CHANGED: the log changed its key %d time(s), as it says under a signature that you trust" % followed)
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
