//! Bringing the texts of a scenario together: the chain of `extends`, then every `--set`.
//!
//! Only a [`Loader`] touches the world outside. A text is named relative to the text that extends
//! it, then among the built-in scenarios. Sizes, depth and circles are bounded before parsing.

use super::library;
use super::node::{self, Node, Value, show_path};
use crate::base::diagnostic::{Diagnostic, SourceId, SourceMap, Span};

/// Largest size of one scenario file, in bytes.
pub const FILE_LIMIT: usize = 4 << 20;
/// Longest chain of `extends`.
pub const DEPTH_LIMIT: usize = 16;
/// Most signs of all texts together that may begin a value, a name or a line: `= , [ { .` and line ends. Every value costs
/// some hundred bytes and a look or two, and needs at least one of them; the default locality has twelve thousand.
pub const SIGN_LIMIT: usize = 250_000;

/// Why a text could not be brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// There is no such text.
    NotFound,
    /// It is larger than asked for.
    TooLarge,
    /// Anything else, in words: no permission, a directory.
    Other(String),
}

/// Brings a text by name. The command line implements it with files; tests with a table.
pub trait Loader {
    /// The bytes of a text of at most `limit` bytes.
    ///
    /// # Errors
    /// See [`LoadError`]. A larger text must not be read into memory.
    fn load(&self, name: &str, limit: usize) -> Result<Vec<u8>, LoadError>;

    /// The one name of a text that can be reached by several (a file by its symbolic links), by which a circle is known.
    fn own_name(&self, name: &str) -> String {
        name.to_owned()
    }
}

/// A loader that has nothing of its own: only built-in scenarios are found.
#[derive(Clone, Copy, Debug, Default)]
pub struct BuiltIn;

impl Loader for BuiltIn {
    fn load(&self, _: &str, _: usize) -> Result<Vec<u8>, LoadError> {
        Err(LoadError::NotFound)
    }
}

/// A loader of texts in memory.
impl Loader for std::collections::BTreeMap<String, Vec<u8>> {
    fn load(&self, name: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        match self.get(name) {
            Some(text) if text.len() > limit => Err(LoadError::TooLarge),
            Some(text) => Ok(text.clone()),
            None => Err(LoadError::NotFound),
        }
    }
}

/// One text of a scenario, in order of precedence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Name of the file, `built-in:…` or `--set`.
    pub name: String,
    /// The text.
    pub text: String,
    /// BLAKE3 hash of the text, as hex.
    pub hash: String,
}

/// The merged tree and what it was merged from, base first.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The merged tree.
    pub root: Node,
    /// The texts, base first.
    pub layers: Vec<Layer>,
    /// True if the texts are scenarios of different kinds, so that nothing can be said of the whole.
    pub mixed: bool,
    /// True if something could not be read or parsed, so that keys may be missing from the tree.
    pub broken: bool,
}

/// Loads a file with all it extends, lays every override over it, and reports what is wrong.
pub fn load(
    loader: &dyn Loader,
    name: &str,
    sets: &[String],
    sources: &mut SourceMap,
    found: &mut Vec<Diagnostic>,
) -> Loaded {
    let mut chain = Chain {
        loader,
        sources,
        found,
        files: Vec::new(),
        signs: 0,
    };
    chain.follow(name);
    let mut room = SIGN_LIMIT.saturating_sub(chain.signs);
    let files = chain.files;
    let mut parsed = Vec::new();
    let before = found.len();
    // Rank 0 is the base, which was opened last.
    for (layer, file) in files.iter().rev().enumerate() {
        parsed.push((file.id, node::parse(file.id, sources, layer, found)));
    }
    for set in sets {
        // An empty override costs something, too.
        let signs = signs(set) + 1;
        let id = sources.add("--set", set.get(..FILE_LIMIT).unwrap_or(set));
        if signs > room || set.len() > FILE_LIMIT {
            let span = Span {
                source: id,
                start: 0,
                end: 0,
            };
            found.push(too_many().at(span, "with this override"));
            break;
        }
        room -= signs;
        parsed.push((id, set_node(id, sources, parsed.len(), found)));
    }
    let broken = files.is_empty() || found.len() > before || found.iter().any(Diagnostic::is_error);
    let layers = parsed.iter().map(|(id, _)| {
        let source = sources.get(*id);
        Layer {
            name: source.name.clone(),
            text: source.text.clone(),
            hash: blake3::hash(source.text.as_bytes()).to_hex().to_string(),
        }
    });
    let layers = layers.collect();
    let mut trees = parsed.into_iter().map(|(_, tree)| tree);
    let Some(mut root) = trees.next() else {
        let id = sources.add(name, "");
        let span = Span {
            source: id,
            start: 0,
            end: 0,
        };
        let root = Node {
            value: Value::Table(Default::default()),
            key: None,
            span,
            is_value: false,
            layer: 0,
        };
        return Loaded {
            root,
            layers,
            broken: true,
            mixed: false,
        };
    };
    let mut mixed = false;
    for tree in trees {
        mixed |= other_kind(&root, &tree, found);
        node::merge(&mut root, tree);
    }
    if let (Value::Table(entries), Some(file)) = (&mut root.value, files.first()) {
        entries.remove("extends");
        // What the whole file lacks is said of the file that was asked for.
        root.span = Span {
            source: file.id,
            start: 0,
            end: 0,
        };
        root.key = None;
    }
    Loaded {
        root,
        layers,
        broken,
        mixed,
    }
}

/// Reports a layer of another kind than what it lies over.
fn other_kind(below: &Node, above: &Node, found: &mut Vec<Diagnostic>) -> bool {
    let (Some(base), Some(over)) = (below.step("kind"), above.step("kind")) else {
        return false;
    };
    let (Some(is), Some(wants)) = (base.text(), over.text()) else {
        return false;
    };
    if is != wants {
        let message = format!("a scenario of kind \"{wants}\" cannot extend one of kind \"{is}\"");
        let error = Diagnostic::error("contradiction", message).at(over.span, "another kind");
        found.push(
            error
                .also(base.span, "what it extends")
                .help("extend another scenario, or nothing"),
        );
    }
    is != wants
}

/// Signs of [`SIGN_LIMIT`] in a text.
fn signs(text: &str) -> usize {
    let begins = |b: &u8| matches!(b, b'=' | b',' | b'[' | b'{' | b'.' | b'\n');
    text.as_bytes().iter().filter(|b| begins(b)).count()
}

fn too_many() -> Diagnostic {
    let message = "the texts hold more lines and values than a scenario can have";
    Diagnostic::error("too-large", message).help(format!(
        "at most {SIGN_LIMIT} line ends and signs `= , [ {{ .` in all files together"
    ))
}

struct File {
    id: SourceId,
    name: String,
    /// What the loader calls it, whatever name it was asked for by.
    own: String,
}

struct Chain<'a> {
    loader: &'a dyn Loader,
    sources: &'a mut SourceMap,
    found: &'a mut Vec<Diagnostic>,
    files: Vec<File>,
    /// Signs of [`SIGN_LIMIT`] so far.
    signs: usize,
}

impl Chain<'_> {
    fn follow(&mut self, first: &str) {
        let mut wanted = first.to_owned();
        let mut asked_at: Option<Span> = None;
        loop {
            let Some((name, bytes)) = self.open(&wanted, asked_at) else {
                return;
            };
            let own = self.loader.own_name(&name);
            if let Some(circle) = self.files.iter().find(|f| f.own == own) {
                let mut names: Vec<&str> = self.files.iter().map(|f| f.name.as_str()).collect();
                names.push(&circle.name);
                let error = Diagnostic::error("cyclic-extends", "the files extend one another in a circle");
                let error = error.help(format!("the circle: {}", names.join(" extends ")));
                self.found.push(place(
                    error,
                    asked_at,
                    "leads back to a file already in the chain",
                ));
                return;
            }
            if self.files.len() >= DEPTH_LIMIT {
                let error = Diagnostic::error(
                    "too-deep",
                    format!("more than {DEPTH_LIMIT} files extend one another"),
                );
                self.found.push(place(error, asked_at, "one more file"));
                return;
            }
            let Some(id) = self.text(&name, bytes) else { return };
            self.signs += signs(&self.sources.get(id).text);
            if self.signs > SIGN_LIMIT {
                let span = Span {
                    source: id,
                    start: 0,
                    end: 0,
                };
                self.found.push(too_many().at(span, "with this file"));
                return;
            }
            self.files.push(File { id, name, own });
            match self.extends(id) {
                Some((next, span)) => {
                    wanted = next;
                    asked_at = Some(span);
                }
                None => return,
            }
        }
    }

    /// The file's own name for itself and its bytes: relative to the file that extends it, then built in.
    fn open(&mut self, wanted: &str, asked_at: Option<Span>) -> Option<(String, Vec<u8>)> {
        let parent = self.files.last().map(|f| f.name.as_str());
        let candidate = match parent {
            Some(parent) => library::beside(parent, wanted),
            None => wanted.to_owned(),
        };
        let (code, message, label) = match self.loader.load(&candidate, FILE_LIMIT) {
            Ok(bytes) => return Some((candidate, bytes)),
            Err(LoadError::NotFound) => match library::find(&candidate).or_else(|| library::find(wanted)) {
                Some(ours) => return Some((ours.display(), ours.text.as_bytes().to_vec())),
                None => (
                    "not-found",
                    format!("there is no scenario `{candidate}`"),
                    "not found",
                ),
            },
            Err(LoadError::TooLarge) => {
                let message = format!("`{candidate}` is larger than {} MiB", FILE_LIMIT >> 20);
                ("too-large", message, "too large to be a scenario")
            }
            Err(LoadError::Other(why)) => (
                "not-readable",
                format!("`{candidate}` cannot be read: {why}"),
                "not readable",
            ),
        };
        let mut error = place(Diagnostic::error(code, message), asked_at, label);
        if code == "not-found" {
            error = match super::suggest::nearest(wanted, library::all().iter().map(|s| s.name)) {
                Some(near) => error.help(format!("did you mean the built-in scenario `{near}`?")),
                None => {
                    error.help("neither a file nor a built-in scenario (`careweave scenarios` lists those)")
                }
            };
        }
        self.found.push(error);
        None
    }

    fn text(&mut self, name: &str, bytes: Vec<u8>) -> Option<SourceId> {
        match String::from_utf8(bytes) {
            Ok(text) => Some(self.sources.add(name, text)),
            Err(error) => {
                let start = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let id = self.sources.add(name, text);
                // Up to there the lossy text has the same bytes; then comes one replacement character.
                let span = Span {
                    source: id,
                    start,
                    end: start + '\u{fffd}'.len_utf8(),
                };
                self.found.push(
                    Diagnostic::error("not-utf8", format!("`{name}` is not UTF-8 text"))
                        .at(span, "this byte is not UTF-8")
                        .help("save the file with the encoding UTF-8"),
                );
                None
            }
        }
    }

    /// What a file extends. The file is parsed here for this key only, silently: what else is wrong
    /// with it is reported when all layers are known and have their rank.
    fn extends(&mut self, id: SourceId) -> Option<(String, Span)> {
        let root = node::parse(id, self.sources, 0, &mut Vec::new());
        let node = root.step("extends")?;
        match node.text() {
            Some(name) if !name.trim().is_empty() => Some((name.to_owned(), node.span)),
            _ => {
                let error = Diagnostic::error("wrong-type", "`extends` must be the name of a scenario file");
                self.found.push(
                    error
                        .at(node.span, "expected a name in quotes")
                        .help("for example: extends = \"base.toml\""),
                );
                None
            }
        }
    }
}

fn place(error: Diagnostic, at: Option<Span>, label: &str) -> Diagnostic {
    match at {
        Some(span) => error.at(span, label),
        None => error,
    }
}

/// One `--set path=value`: a single assignment in TOML.
fn set_node(id: SourceId, sources: &SourceMap, layer: usize, found: &mut Vec<Diagnostic>) -> Node {
    let before = found.len();
    let mut tree = node::parse(id, sources, layer, found);
    let text = sources.get(id).text.as_str();
    let whole = Span {
        source: id,
        start: 0,
        end: text.len(),
    };
    let shape = "expected path=value";
    let example = "for example: --set 'stations.desk.servers=12', text in quotes: --set 'title=\"A\"'";
    if found.len() > before {
        // The help is for files; here an example says more.
        for error in &mut found[before..] {
            error.code = "bad-set";
            error.help.clear();
        }
        if let Some(last) = found.last_mut() {
            last.help.push(example.to_owned());
        }
        return tree;
    }
    let mut path = Vec::new();
    let mut node = &tree;
    while let Some(entries) = node.table().filter(|e| e.len() == 1 && !node.is_value) {
        let Some((name, below)) = entries.iter().next() else {
            break;
        };
        path.push(name.clone());
        node = below;
    }
    let single = !path.is_empty() && node.is_value;
    let wrong = if text.contains('\n') || text.trim_start().starts_with('[') || !single {
        Some(("an override is one assignment", shape.to_owned()))
    } else if path[0] == "extends" || path[0] == "kind" {
        Some((
            "an override cannot change what is extended or its kind",
            format!("`{}` is fixed", show_path(&path)),
        ))
    } else {
        None
    };
    if let Some((message, label)) = wrong {
        found.push(
            Diagnostic::error("bad-set", message)
                .at(whole, label)
                .help(example),
        );
        tree.value = Value::Table(Default::default());
    }
    tree
}
