"""What process mining makes of a bundle: python3 mining.py BUNDLE [CASE]. Exit 1 if it does not fit, 77 without pm4py."""
import io, json, os, sys, tempfile, warnings, zipfile

warnings.filterwarnings("ignore")
os.environ["TQDM_DISABLE"] = "1"
try:
    with open(os.devnull, "w") as quiet:
        out, sys.stdout = sys.stdout, quiet
        import pm4py
        from pm4py.algo.analysis.woflan import algorithm as woflan
        sys.stdout = out
except ImportError:
    sys.stdout = out
    print("skipped: pm4py not installed")
    sys.exit(77)

bundle, case = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
with tempfile.TemporaryDirectory() as folder:
    zipfile.ZipFile(bundle).extractall(folder)
    path = lambda name: os.path.join(folder, "derived", name)

    net, start, end = pm4py.read_pnml(path("workflow.pnml"))
    labels = [transition for transition in net.transitions if transition.label]
    print("net: %d places, %d transitions" % (len(net.places), len(net.transitions)))
    assert len(labels) > 100 and sum(start.values()) == 1 and sum(end.values()) == 1
    sound = woflan.apply(net, start, end, parameters={
        woflan.Parameters.PRINT_DIAGNOSTICS: False, woflan.Parameters.RETURN_ASAP_WHEN_NOT_SOUND: True,
        woflan.Parameters.RETURN_DIAGNOSTICS: False})
    assert sound, "the net is not sound"

    log = pm4py.read_xes(path("log.xes"))
    case = case or log["case:concept:name"].iloc[0]
    trace = log[log["case:concept:name"] == case]
    print("trace: %d events" % len(trace))
    assert len(trace) > 20

    def fits(frame):
        replayed = pm4py.fitness_token_based_replay(frame, net, start, end)
        return replayed["log_fitness"] == 1.0 and replayed["percentage_of_fitting_traces"] == 100.0

    assert fits(trace), "the case does not fit the procedure"
    activities = list(trace["concept:name"])
    moving = [place for place, name in enumerate(activities) if " " in name or name == "D-01"]
    print("steps that move the case: %s" % ", ".join(activities[place] for place in moving))
    assert len(moving) >= 7
    for place in moving:
        assert not fits(trace.drop(trace.index[place])), "it fits even without " + activities[place]

    ocel = pm4py.read_ocel2_json(path("ocel.json"))
    print("OCEL: %d events, %d objects, %d relations" % (len(ocel.events), len(ocel.objects), len(ocel.relations)))
    ours = ocel.relations[ocel.relations["ocel:oid"] == "case:" + case]
    assert list(ours["ocel:eid"]) and set(ours["ocel:eid"]) == set(trace["corridor:id"])
    assert len(json.load(open(path("ocel.json")))["events"]) == len(ocel.events)
print("fits")
