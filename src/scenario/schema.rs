//! The JSON Schema of a kind of scenario, generated from its Rust types, as the walk uses it.
//!
//! The schema is the one registry of names, meanings, units and ranges: the walk checks against it,
//! "did you mean" and `explain` quote it, editors load it. Besides the standard keywords it knows:
//!
//! | keyword | meaning |
//! |---|---|
//! | `x-unit` | unit of a number, for messages and `explain` |
//! | `x-what` | what the value is, as a noun phrase ("a rate with its unit") |
//! | `x-example` | a correct value, as TOML |
//! | `x-code` | code of the diagnostic for a wrong name (default `unknown-name`) |
//! | `x-format` | syntax of a text, see `checks::format` |
//! | `x-check` | a rule of the whole value, see `checks::check` |
//! | `x-refers` | the text names an entry of this root table ("stations") |
//! | `x-refers-also` | names allowed besides |
//! | `x-keys-refer` | the keys of this map name entries of this root table |
//! | `x-overlay` | `true`: the table also takes every table of the root but the title block, laid over them later |
//! | `x-evidence` | `false`: the numbers below decide no result of the model and need no evidence |

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::header::HEADER_KEYS;
pub use super::range::{Range, show_number};

/// Index of a [`Shape`] in its [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShapeId(usize);

/// What a value may be.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    /// Meaning: the doc comment of the Rust field or type.
    pub doc: String,
    /// Unit of a number.
    pub unit: Option<String>,
    /// What the value is, as a noun phrase.
    pub what: Option<String>,
    /// A correct value, as TOML.
    pub example: Option<String>,
    /// The value if left out, as JSON text.
    pub default: Option<String>,
    /// Code of the diagnostic for a wrong name.
    pub code: Option<String>,
    /// Syntax of a text.
    pub format: Option<String>,
    /// A rule of the whole value.
    pub check: Option<String>,
    /// The root table a text names an entry of.
    pub refers: Option<String>,
    /// Names allowed besides.
    pub refers_also: Vec<String>,
    /// The root table the keys of a map name entries of.
    pub keys_refer: Option<String>,
    /// False if numbers below need no evidence.
    pub evidence: Option<bool>,
    /// True if the table takes the tables of the root besides its own keys.
    pub overlay: bool,
    /// The structure.
    pub form: Form,
}

/// The structure of a value.
#[derive(Clone, Debug, Default)]
pub enum Form {
    /// Anything.
    #[default]
    Any,
    /// The structure of another shape (a `$ref`).
    Same(ShapeId),
    /// `true` or `false`.
    Boolean,
    /// A number in a range.
    Number(Range),
    /// A text, of the listed names if there is a list.
    Text(Option<Vec<String>>),
    /// A list.
    Array {
        /// Its elements.
        items: ShapeId,
        /// Fewest.
        min: usize,
        /// Most.
        max: usize,
    },
    /// A table.
    Table {
        /// Known keys.
        keys: BTreeMap<String, ShapeId>,
        /// Keys that must be there.
        required: Vec<String>,
        /// Shape of the entries under names the user chooses.
        rest: Option<ShapeId>,
    },
    /// One of several.
    OneOf(Vec<ShapeId>),
}

/// A kind's schema: the published JSON and the compiled shapes.
#[derive(Clone, Debug)]
pub struct Schema {
    json: Value,
    shapes: Vec<Shape>,
    root: ShapeId,
}

impl Schema {
    /// The schema of a file whose root is `Header` and `Body` side by side.
    pub fn of<Header: JsonSchema, Body: JsonSchema>(kind: &str) -> Schema {
        let mut generator = SchemaSettings::draft2020_12().into_generator();
        // As references, so that the generator collects the definitions of both types.
        let header = generator.subschema_for::<Header>().to_value();
        let body = generator.subschema_for::<Body>().to_value();
        let mut defs = generator.take_definitions(true);
        let mut take = |schema: &Value| -> Map<String, Value> {
            let name = schema["$ref"]
                .as_str()
                .and_then(|r| r.strip_prefix("#/$defs/"))
                .unwrap_or_default();
            defs.remove(name)
                .and_then(|v| v.as_object().cloned())
                .unwrap_or_default()
        };
        let (header, mut body) = (take(&header), take(&body));
        for list in ["properties", "required"] {
            match (body.get_mut(list), header.get(list)) {
                (Some(Value::Object(mine)), Some(Value::Object(more))) => {
                    mine.extend(more.iter().map(|(k, v)| (k.clone(), v.clone())));
                }
                (Some(Value::Array(mine)), Some(Value::Array(more))) => mine.extend(more.iter().cloned()),
                (None, Some(more)) => {
                    body.insert(list.to_owned(), more.clone());
                }
                _ => {}
            }
        }
        body.insert(
            "$schema".to_owned(),
            "https://json-schema.org/draft/2020-12/schema".into(),
        );
        body.insert(
            "title".to_owned(),
            format!("Careweave scenario, kind = \"{kind}\"").into(),
        );
        body.insert("$defs".to_owned(), Value::Object(defs));
        if let Some(slot) = body.get_mut("properties").and_then(|p| p.get_mut("kind")) {
            *slot = serde_json::json!({ "const": kind, "type": "string",
                "description": "What kind of scenario this is." });
        }
        let mut json = Value::Object(body);
        without_null(&mut json);
        let mut build = Build {
            json: &json,
            shapes: Vec::new(),
            named: BTreeMap::new(),
        };
        let root = build.shape(&json);
        let mut shapes = build.shapes;
        overlay(&mut shapes, root);
        Schema { json, shapes, root }
    }

    /// The published schema.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The published schema as text, for editors.
    pub fn text(&self) -> String {
        format!("{:#}\n", self.json)
    }

    /// The shape of the whole file.
    pub fn root(&self) -> ShapeId {
        self.root
    }

    /// A shape with its own words; its `form` may still be [`Form::Same`].
    pub fn shape(&self, id: ShapeId) -> &Shape {
        &self.shapes[id.0]
    }

    /// The structure of a shape, references followed.
    pub fn form(&self, id: ShapeId) -> &Form {
        self.find(id, |shape| match &shape.form {
            Form::Same(_) => None,
            form => Some(form),
        })
        .unwrap_or(&Form::Any)
    }

    /// A property of a shape or, where it has none, of what it refers to.
    pub fn find<'a, T>(&'a self, id: ShapeId, get: impl Fn(&'a Shape) -> Option<T>) -> Option<T> {
        let mut id = id;
        // A chain of references is as long as the nesting of Rust types; a circle has no structure.
        for _ in 0..=self.shapes.len() {
            let shape = self.shape(id);
            if let Some(found) = get(shape) {
                return Some(found);
            }
            match shape.form {
                Form::Same(next) => id = next,
                _ => return None,
            }
        }
        None
    }

    /// The shapes below `id` under one name of a path.
    pub fn step(&self, id: ShapeId, name: &str) -> Option<ShapeId> {
        match self.form(id) {
            Form::Table { keys, rest, .. } => keys.get(name).copied().or(*rest),
            Form::Array { items, .. } => Some(*items),
            Form::OneOf(options) => {
                // A named key of one option beats "any name" of another.
                let named = options.iter().find_map(|option| match self.form(*option) {
                    Form::Table { keys, .. } => keys.get(name).copied(),
                    Form::OneOf(_) => self.step(*option, name),
                    _ => None,
                });
                named.or_else(|| options.iter().find_map(|option| self.step(*option, name)))
            }
            _ => None,
        }
    }

    /// All options of a shape, nested choices flattened.
    pub fn options(&self, id: ShapeId) -> Vec<ShapeId> {
        match self.form(id) {
            Form::OneOf(options) => options.iter().flat_map(|option| self.options(*option)).collect(),
            _ => vec![id],
        }
    }

    /// What a value of this shape is, as a noun phrase.
    pub fn what(&self, id: ShapeId) -> String {
        if let Some(what) = self.find(id, |s| s.what.clone()) {
            return what;
        }
        if let Some(table) = self.find(id, |s| s.refers.as_deref()) {
            return format!("a name from [{table}]");
        }
        match self.form(id) {
            Form::Any | Form::Same(_) => "a value".to_owned(),
            Form::Boolean => "true or false".to_owned(),
            Form::Number(range) => {
                let noun = if range.whole { "a whole number" } else { "a number" };
                range
                    .words(false)
                    .map_or_else(|| noun.to_owned(), |words| format!("{noun} {words}"))
            }
            Form::Text(None) => "text".to_owned(),
            Form::Text(Some(names)) => one_of(names),
            Form::Array { .. } => "a list".to_owned(),
            Form::Table { .. } => "a table".to_owned(),
            Form::OneOf(options) => {
                if let Some(names) = self.names(id) {
                    return one_of(&names);
                }
                let mut words: Vec<String> = options.iter().map(|o| self.what(*o)).collect();
                words.dedup();
                words.join(" or ")
            }
        }
    }

    /// The names to choose from, if a shape is nothing but a choice of names.
    pub fn names(&self, id: ShapeId) -> Option<Vec<String>> {
        let mut names = Vec::new();
        for option in self.options(id) {
            match self.form(option) {
                Form::Text(Some(list)) => names.extend(list.iter().cloned()),
                _ => return None,
            }
        }
        Some(names)
    }
}

/// Gives the overlays the tables of the root.
fn overlay(shapes: &mut [Shape], root: ShapeId) {
    let Form::Table { keys, .. } = shapes[root.0].form.clone() else {
        return;
    };
    let named = |name: &String| name != super::node::LATER && !HEADER_KEYS.contains(&name.as_str());
    for shape in shapes.iter_mut().filter(|shape| shape.overlay) {
        if let Form::Table { keys: own, .. } = &mut shape.form {
            own.extend(
                keys.iter()
                    .filter(|(name, _)| named(name))
                    .map(|(name, id)| (name.clone(), *id)),
            );
        }
    }
}

/// `"a"`, `"b"` or `"c"`.
pub fn one_of(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("\"{n}\"")).collect();
    match quoted.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// TOML has no null: an `Option` is simply a key that may be left out.
fn without_null(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_null),
        Value::Object(map) => {
            map.values_mut().for_each(without_null);
            if map.get("default").is_some_and(Value::is_null) {
                map.remove("default");
            }
            if let Some(Value::Array(types)) = map.get_mut("type") {
                types.retain(|t| t != "null");
                if let [only] = &types[..] {
                    let only = only.clone();
                    map.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(names)) = map.get_mut("enum") {
                names.retain(|n| !n.is_null());
            }
            if let Some(Value::Array(options)) = map.get_mut("anyOf") {
                options.retain(|o| o.get("type").is_none_or(|t| t != "null"));
                if let [Value::Object(only)] = &options[..] {
                    let only = only.clone();
                    map.remove("anyOf");
                    for (key, value) in only {
                        map.entry(key).or_insert(value);
                    }
                }
            }
        }
        _ => {}
    }
}

struct Build<'a> {
    json: &'a Value,
    shapes: Vec<Shape>,
    named: BTreeMap<String, ShapeId>,
}

impl Build<'_> {
    fn shape(&mut self, json: &Value) -> ShapeId {
        let id = ShapeId(self.shapes.len());
        self.shapes.push(Shape::default());
        self.fill(id, json);
        id
    }

    fn fill(&mut self, id: ShapeId, json: &Value) {
        let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned);
        let form = self.form(json);
        let also = json.get("x-refers-also").and_then(Value::as_array);
        self.shapes[id.0] = Shape {
            doc: text("description").unwrap_or_default(),
            unit: text("x-unit"),
            what: text("x-what"),
            example: text("x-example"),
            default: json.get("default").map(Value::to_string),
            code: text("x-code"),
            format: text("x-format"),
            check: text("x-check"),
            refers: text("x-refers"),
            refers_also: also
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            keys_refer: text("x-keys-refer"),
            evidence: json.get("x-evidence").and_then(Value::as_bool),
            overlay: json.get("x-overlay").and_then(Value::as_bool) == Some(true),
            form,
        };
    }

    fn form(&mut self, json: &Value) -> Form {
        if let Some(name) = json.get("$ref").and_then(Value::as_str) {
            return self.reference(name).map_or(Form::Any, Form::Same);
        }
        for list in ["oneOf", "anyOf"] {
            if let Some(options) = json.get(list).and_then(Value::as_array) {
                return Form::OneOf(options.iter().map(|option| self.shape(option)).collect());
            }
        }
        // A newtype with a doc comment of its own: `allOf` of one.
        if let Some([only]) = json.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
            return Form::Same(self.shape(only));
        }
        let names = |key: &str| -> Vec<String> {
            let list = json.get(key).and_then(Value::as_array).into_iter().flatten();
            list.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let size = |key: &str, other: usize| {
            json.get(key)
                .and_then(Value::as_u64)
                .map_or(other, |n| usize::try_from(n).unwrap_or(usize::MAX))
        };
        if let Some(name) = json.get("const").and_then(Value::as_str) {
            return Form::Text(Some(vec![name.to_owned()]));
        }
        match json.get("type").and_then(Value::as_str) {
            Some("boolean") => Form::Boolean,
            Some("integer") => Form::Number(range(json, true)),
            Some("number") => Form::Number(range(json, false)),
            Some("string") => Form::Text(json.get("enum").map(|_| names("enum"))),
            Some("array") => {
                let items = match (json.get("items"), json.get("prefixItems").and_then(|p| p.get(0))) {
                    (Some(items), _) if items.is_object() => self.shape(items),
                    (_, Some(first)) => self.shape(first),
                    _ => self.shape(&Value::Bool(true)),
                };
                Form::Array {
                    items,
                    min: size("minItems", 0),
                    max: size("maxItems", usize::MAX),
                }
            }
            Some("object") => {
                let entries = json.get("properties").and_then(Value::as_object);
                let entries: Vec<(&String, &Value)> = entries.into_iter().flatten().collect();
                let keys = entries
                    .into_iter()
                    .map(|(name, v)| (name.clone(), self.shape(v)))
                    .collect();
                let rest = json.get("additionalProperties").filter(|v| v.is_object());
                let rest = rest.map(|v| self.shape(v));
                Form::Table {
                    keys,
                    required: names("required"),
                    rest,
                }
            }
            _ => Form::Any,
        }
    }

    fn reference(&mut self, name: &str) -> Option<ShapeId> {
        if name == "#" {
            return None;
        }
        if let Some(id) = self.named.get(name) {
            return Some(*id);
        }
        let json = self.json.pointer(name.strip_prefix('#')?)?;
        // The id is known before the shape is built: laws contain laws.
        let id = ShapeId(self.shapes.len());
        self.shapes.push(Shape::default());
        self.named.insert(name.to_owned(), id);
        self.fill(id, json);
        Some(id)
    }
}

fn range(json: &Value, whole: bool) -> Range {
    let bound = |key: &str| json.get(key).and_then(Value::as_f64);
    // What the Rust integer can hold bounds it too, or serde would refuse later with worse words.
    let (least, most) = match json.get("format").and_then(Value::as_str) {
        Some("uint8") => (0.0, f64::from(u8::MAX)),
        Some("uint16") => (0.0, f64::from(u16::MAX)),
        Some("uint32") => (0.0, f64::from(u32::MAX)),
        Some("uint64" | "uint") => (0.0, 9e18),
        Some("int32") => (f64::from(i32::MIN), f64::from(i32::MAX)),
        _ => (f64::NEG_INFINITY, f64::INFINITY),
    };
    Range {
        whole,
        low: bound("minimum")
            .or(bound("exclusiveMinimum"))
            .unwrap_or(least)
            .max(least),
        above: bound("exclusiveMinimum").is_some(),
        high: bound("maximum")
            .or(bound("exclusiveMaximum"))
            .unwrap_or(most)
            .min(most),
        below: bound("exclusiveMaximum").is_some(),
    }
}
