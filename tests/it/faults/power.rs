//! The power goes: what was not flushed may be there, be torn, or not be there.
//!
//! The calls of one run are traced with their bytes. For each place in the trace the folder is made again as a disk
//! may have it that lost its power there, and the verdict is asked for. SIGKILL cannot show this: after it the
//! operating system still writes everything.

use super::{
    client::{Client, Seen},
    place::Place,
    shim::{Call, Kind, read_trace},
    stride,
    subject::Subject,
    verdict::findings,
    world::World,
};
use crate::house::Engine;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

/// A change of a file's content.
#[derive(Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Length(u64),
}

/// A change of names.
#[derive(Clone)]
enum Naming {
    Set(PathBuf, usize),
    Move(PathBuf, PathBuf),
    Remove(PathBuf),
}

impl Naming {
    /// The folders whose flushing makes it last.
    fn is_of(&self, folder: &Path) -> bool {
        match self {
            Self::Set(path, _) | Self::Remove(path) => path.parent() == Some(folder),
            Self::Move(_, to) => to.parent() == Some(folder),
        }
    }
}

#[derive(Clone, Default)]
struct File {
    is_folder: bool,
    lasting: Vec<u8>,
    waiting: Vec<Change>,
}

type Names = BTreeMap<PathBuf, usize>;

/// A disk with a cache before it.
#[derive(Clone, Default)]
struct Disk {
    files: Vec<File>,
    now: Names,
    lasting: Names,
    waiting: Vec<Naming>,
    /// It forgets to flush: the control.
    deaf: bool,
}

fn apply(names: &mut Names, naming: &Naming) {
    match naming {
        Naming::Set(path, file) => {
            names.insert(path.clone(), *file);
        }
        Naming::Remove(path) => {
            names.remove(path);
        }
        Naming::Move(from, to) => {
            let moved: Vec<_> = names.keys().filter(|path| path.starts_with(from)).cloned().collect();
            for path in moved {
                let file = names.remove(&path).unwrap();
                let rest = path.strip_prefix(from).unwrap();
                let place = if rest.as_os_str().is_empty() {
                    to.clone()
                } else {
                    to.join(rest)
                };
                names.insert(place, file);
            }
        }
    }
}

fn change(content: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Length(length) => content.resize(*length as usize, 0),
        Change::Write(offset, bytes) => {
            let end = *offset as usize + bytes.len();
            content.resize(content.len().max(end), 0);
            content[*offset as usize..end].copy_from_slice(bytes);
        }
    }
}

impl Disk {
    /// Everything in this folder, under the names it has in the trace; it lasts.
    fn of(folder: &Path, named: &Path) -> Self {
        let mut disk = Self::default();
        disk.take(folder, named);
        disk
    }

    fn take(&mut self, folder: &Path, named: &Path) {
        self.add(named.to_owned(), true, Vec::new());
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let (path, named) = (entry.path(), named.join(entry.file_name()));
            if path.is_dir() {
                self.take(&path, &named);
            } else {
                self.add(named, false, fs::read(path).unwrap());
            }
        }
    }

    fn add(&mut self, path: PathBuf, is_folder: bool, lasting: Vec<u8>) {
        self.files.push(File {
            is_folder,
            lasting,
            waiting: Vec::new(),
        });
        self.now.insert(path.clone(), self.files.len() - 1);
        self.lasting.insert(path, self.files.len() - 1);
    }

    fn name(&mut self, naming: Naming) {
        apply(&mut self.now, &naming);
        self.waiting.push(naming);
    }

    fn make(&mut self, path: &Path, is_folder: bool) {
        self.files.push(File {
            is_folder,
            ..File::default()
        });
        self.name(Naming::Set(path.to_owned(), self.files.len() - 1));
    }

    fn write(&mut self, path: &Path, change: Change) {
        if let Some(file) = self.now.get(path) {
            self.files[*file].waiting.push(change);
        }
    }

    fn call(&mut self, call: &Call) {
        let path = &call.path;
        match call.kind {
            Kind::Open => {
                if !self.now.contains_key(path) {
                    self.make(path, false);
                } else if call.offset == 1 {
                    self.write(path, Change::Length(0));
                }
            }
            Kind::Mkdir => self.make(path, true),
            Kind::Write => self.write(path, Change::Write(call.offset, call.bytes.clone())),
            Kind::Truncate => self.write(path, Change::Length(call.offset)),
            Kind::Rename => self.name(Naming::Move(path.clone(), call.other.clone())),
            Kind::Unlink => self.name(Naming::Remove(path.clone())),
            Kind::Link => {
                if let Some(file) = self.now.get(path).copied() {
                    self.name(Naming::Set(call.other.clone(), file));
                }
            }
            Kind::Sync => self.flush(path),
        }
    }

    fn flush(&mut self, path: &Path) {
        let Some(file) = self.now.get(path).copied().filter(|_| !self.deaf) else {
            return;
        };
        if !self.files[file].is_folder {
            for waiting in std::mem::take(&mut self.files[file].waiting) {
                change(&mut self.files[file].lasting, &waiting);
            }
            return;
        }
        for naming in std::mem::take(&mut self.waiting) {
            if naming.is_of(path) {
                apply(&mut self.lasting, &naming);
            } else {
                self.waiting.push(naming);
            }
        }
    }

    /// The power goes. What was not flushed is lost; with luck, some of it is there nevertheless: names in their order,
    /// of the contents any, the last one torn.
    fn fail(&self, luck: Option<u64>, named: &Path, folder: &Path) {
        let mut dice = luck;
        let mut throw = |sides: u64| {
            let seed = dice.as_mut()?;
            *seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            Some((*seed >> 33) % sides)
        };
        let mut names = self.lasting.clone();
        let lucky = throw(self.waiting.len() as u64 + 1).unwrap_or(0) as usize;
        self.waiting[..lucky]
            .iter()
            .for_each(|naming| apply(&mut names, naming));
        for (path, file) in &names {
            let place = folder.join(path.strip_prefix(named).unwrap());
            let file = &self.files[*file];
            if file.is_folder {
                fs::create_dir_all(place).unwrap();
                continue;
            }
            if path.to_string_lossy().ends_with("-shm") || !place.parent().unwrap().exists() {
                continue;
            }
            let mut content = file.lasting.clone();
            for waiting in &file.waiting {
                match (throw(4), waiting) {
                    (Some(0 | 1), waiting) => change(&mut content, waiting),
                    (Some(2), Change::Write(offset, bytes)) => {
                        change(&mut content, &Change::Write(*offset, bytes[..bytes.len() / 2].to_vec()));
                    }
                    _ => {}
                }
            }
            fs::write(&place, content).unwrap();
            private(&place);
        }
    }
}

/// The keys are readable for their owner only, or the start is refused.
fn private(place: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(place, fs::Permissions::from_mode(0o600)).unwrap();
}

/// One traced run.
struct Traced {
    calls: Vec<(usize, Call)>,
    seen: Seen,
    named: PathBuf,
}

async fn traced(world: &World) -> Traced {
    let place = world.place().await;
    let subject = Subject::start(&place, Some("trace 0 0")).unwrap_or_else(|said| panic!("{said}"));
    let mut client = Client::new(world, &subject.base, place.beside("trace"));
    client.work().await;
    subject.kill();
    let calls = read_trace(&fs::read(place.beside("trace")).unwrap());
    let (seen, named) = (client.seen, place.folder().to_owned());
    assert_eq!(seen.told.len(), 9, "{:#?}", seen.wrong);
    Traced { calls, seen, named }
}

/// The verdict on what is left when the power goes after so many calls.
async fn without_power(world: &World, run: &Traced, disk: &Disk, at: usize, luck: Option<u64>) -> Vec<String> {
    let holder = tempfile::tempdir().unwrap();
    let folder = holder.path().canonicalize().unwrap().join("data");
    disk.fail(luck, &run.named, &folder);
    let place = Place::in_folder(&world.house.inside.settings, world.engine, holder, folder);
    let written = at.checked_sub(1).map_or(0, |before| run.calls[before].0);
    let told = run.seen.told.iter().filter(|(mark, _)| *mark <= written && *mark > 0);
    let seen = Seen {
        told: told.cloned().collect(),
        before_bundle: run.seen.before_bundle,
        ..Seen::default()
    };
    findings(world, &place, &seen).await
}

/// Each place that is tried once with nothing but what was flushed and once with some luck.
async fn sweep(world: &World, run: &Traced, few: usize, deaf: bool) -> (usize, Vec<String>) {
    let (mut disk, mut tried, mut bad) = (Disk::of(world.template(), &run.named), 0, Vec::new());
    disk.deaf = deaf;
    let step = stride(run.calls.len(), few, 1);
    for at in 0..=run.calls.len() {
        let after = at.checked_sub(1).map(|before| &run.calls[before].1);
        after.into_iter().for_each(|call| disk.call(call));
        if at % step != 0 && at != run.calls.len() {
            continue;
        }
        for luck in [None, Some(at as u64 + 1)] {
            tried += 1;
            let what = after.map(|call| format!("{:?} {}", call.kind, call.path.display()));
            for finding in without_power(world, run, &disk, at, luck).await {
                bad.push(format!(
                    "after call {at} ({}), luck {luck:?}: {finding}",
                    what.clone().unwrap_or_default()
                ));
            }
        }
    }
    (tried, bad)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_power_goes_nothing_told_is_lost() {
    let Some(world) = World::prepare(Engine::Sqlite).await else {
        return;
    };
    let begun = Instant::now();
    let run = traced(&world).await;
    let (tried, bad) = sweep(&world, &run, 8, false).await;
    println!(
        "{} calls traced, {tried} disks judged, {} bad; {} s",
        run.calls.len(),
        bad.len(),
        begun.elapsed().as_secs()
    );
    for finding in &bad {
        println!("BAD {finding}");
    }
    assert!(bad.is_empty(), "{} of {tried}", bad.len());
}

/// The control: a disk that flushes nothing loses what was told, and the verdict must say so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_does_not_flush_is_found_out() {
    let Some(world) = World::prepare(Engine::Sqlite).await else {
        return;
    };
    let run = traced(&world).await;
    let mut disk = Disk::of(world.template(), &run.named);
    disk.deaf = true;
    run.calls.iter().for_each(|(_, call)| disk.call(call));
    let found = without_power(&world, &run, &disk, run.calls.len(), None).await;
    assert!(
        found.iter().any(|finding| finding.starts_with("acknowledged version")),
        "{found:#?}"
    );
}
