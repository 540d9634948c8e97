//! A document as a Word file (Office Open XML): real headings, lists, tables with repeated heads, page numbers.

use std::io::Cursor;

use docx_rs::{
    AbstractNumbering, AlignmentType, BorderType, BreakType, Docx, Footer, IndentLevel, Level, LevelJc,
    LevelText, LineSpacing, NumberFormat, Numbering, NumberingId, PageMargin, PageNum, Paragraph, Run,
    RunFonts, Shading, ShdType, SpecialIndentType, Start, Style, StyleType, Table as WordTable, TableBorder,
    TableBorderPosition, TableBorders, TableCell, TableLayoutType, TableRow, WidthType,
};

use super::document::{Block, Document, Table, paragraphs, pieces};

/// Width of the text, twentieths of a point: A4 less margins of 2 cm.
const WIDTH: u32 = 9_638;
/// Margin, twentieths of a point.
const MARGIN: i32 = 1_134;
/// Numbering of bulleted lists.
const BULLETS: usize = 2;

/// The bytes of a Word file.
///
/// # Errors
/// What the writer of the format reports, in words.
pub fn docx(document: &Document) -> Result<Vec<u8>, String> {
    let mut word = styled().add_paragraph(styled_text("Title", &document.title));
    if !document.subtitle.is_empty() {
        word = word.add_paragraph(styled_text("Subtitle", &document.subtitle));
    }
    for block in &document.blocks {
        word = match block {
            Block::Heading(level, text) => {
                let style = format!("Heading{}", level.clamp(&1, &3));
                word.add_paragraph(styled_text(&style, text).keep_next(true))
            }
            Block::Text(text) => paragraphs(text).fold(word, |word, text| {
                word.add_paragraph(runs(Paragraph::new(), text))
            }),
            Block::Asked(text) => {
                word.add_paragraph(styled_text("Asked", &format!("Asked for: {text}")).keep_next(true))
            }
            Block::Missing(text) => word.add_paragraph(styled_text("Missing", &format!("MISSING: {text}"))),
            Block::List(items) => items.iter().fold(word, |word, item| {
                let bullet = Paragraph::new()
                    .style("ListBullet")
                    .numbering(NumberingId::new(BULLETS), IndentLevel::new(0));
                word.add_paragraph(runs(bullet, item))
            }),
            Block::Table(table) | Block::Diagram { table, .. } => word
                .add_table(word_table(table))
                .add_paragraph(Paragraph::new().style("AfterTable")),
            Block::Code(text) => word.add_paragraph(code(text)),
        };
    }
    let mut bytes = Cursor::new(Vec::new());
    let mut parts = word.build();
    parts.document = repeated_heads(parts.document);
    parts.pack(&mut bytes).map_err(|e| e.to_string())?;
    Ok(bytes.into_inner())
}

/// The rows that may not be split are the heads of tables; on each page they are to be repeated, for which the writer of the format
/// has no word.
fn repeated_heads(document: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8_lossy(&document);
    let mark = if text.contains("<w:cantSplit />") {
        "<w:cantSplit />"
    } else {
        "<w:cantSplit/>"
    };
    text.replace(mark, &format!("{mark}<w:tblHeader/>")).into_bytes()
}

/// An empty document with its styles, list and footer.
fn styled() -> Docx {
    let heading = |id: &str, name: &str, size: usize, before: u32| {
        Style::new(id, StyleType::Paragraph)
            .name(name)
            .based_on("Normal")
            .next("Normal")
            .size(size)
            .bold()
            .color("1F3864")
            .line_spacing(LineSpacing::new().before(before).after(80))
    };
    let paragraph = |id: &str, name: &str| Style::new(id, StyleType::Paragraph).name(name).based_on("Normal");
    let bullets = Level::new(
        0,
        Start::new(1),
        NumberFormat::new("bullet"),
        LevelText::new("•"),
        LevelJc::new("left"),
    )
    .indent(Some(420), Some(SpecialIndentType::Hanging(280)), None, None);
    let number = Paragraph::new()
        .align(AlignmentType::Center)
        .add_page_num(PageNum::new());
    Docx::new()
        .default_fonts(RunFonts::new().ascii("Calibri").hi_ansi("Calibri").cs("Calibri"))
        .default_size(20)
        .default_line_spacing(LineSpacing::new().after(100))
        .page_margin(
            PageMargin::new()
                .top(MARGIN)
                .bottom(MARGIN)
                .left(MARGIN)
                .right(MARGIN),
        )
        .page_size(11_906, 16_838)
        .add_abstract_numbering(AbstractNumbering::new(BULLETS).add_level(bullets))
        .add_numbering(Numbering::new(BULLETS, BULLETS))
        .footer(Footer::new().add_paragraph(number))
        .add_style(
            Style::new("Title", StyleType::Paragraph)
                .name("Title")
                .based_on("Normal")
                .size(40)
                .bold()
                .color("1F3864"),
        )
        .add_style(paragraph("Subtitle", "Subtitle").size(22).color("595959"))
        .add_style(heading("Heading1", "heading 1", 30, 360).outline_lvl(0))
        .add_style(heading("Heading2", "heading 2", 24, 240).outline_lvl(1))
        .add_style(heading("Heading3", "heading 3", 21, 160).outline_lvl(2))
        .add_style(paragraph("Asked", "Asked for").size(18).italic().color("595959"))
        .add_style(paragraph("Missing", "Missing").bold().color("B00020"))
        .add_style(paragraph("ListBullet", "List Bullet").line_spacing(LineSpacing::new().after(40)))
        .add_style(
            paragraph("TableText", "Table Text")
                .size(17)
                .line_spacing(LineSpacing::new().after(0)),
        )
        .add_style(
            paragraph("AfterTable", "After Table")
                .size(8)
                .line_spacing(LineSpacing::new().after(60)),
        )
        .add_style(paragraph("Code", "Code").size(15).fonts(monospaced()))
}

fn monospaced() -> RunFonts {
    RunFonts::new()
        .ascii("Consolas")
        .hi_ansi("Consolas")
        .cs("Consolas")
}

fn styled_text(style: &str, text: &str) -> Paragraph {
    runs(Paragraph::new().style(style), text)
}

/// Adds a text to a paragraph: names in backticks in a font of fixed width.
fn runs(paragraph: Paragraph, text: &str) -> Paragraph {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    pieces(&text).iter().fold(paragraph, |paragraph, (plain, piece)| {
        let run = Run::new().add_text(clean(piece));
        paragraph.add_run(if *plain { run } else { run.fonts(monospaced()) })
    })
}

fn code(text: &str) -> Paragraph {
    let mut run = Run::new();
    for (i, line) in text.trim_end().lines().enumerate() {
        if i > 0 {
            run = run.add_break(BreakType::TextWrapping);
        }
        run = run.add_text(clean(line));
    }
    Paragraph::new().style("Code").add_run(run)
}

fn word_table(table: &Table) -> WordTable {
    let all: u32 = table.widths.iter().sum::<u32>().max(1);
    let widths: Vec<usize> = table.widths.iter().map(|w| (WIDTH * w / all) as usize).collect();
    let cells = |cells: &[String], head: bool| -> Vec<TableCell> {
        let cell = |(text, width): (&String, &usize)| {
            let paragraph = match head {
                true => Paragraph::new()
                    .style("TableText")
                    .add_run(Run::new().add_text(clean(text)).bold()),
                false => styled_text("TableText", text),
            };
            let cell = TableCell::new()
                .width(*width, WidthType::Dxa)
                .add_paragraph(paragraph);
            match head {
                true => cell.shading(Shading::new().shd_type(ShdType::Clear).fill("DCE6F1")),
                false => cell,
            }
        };
        cells.iter().zip(&widths).map(cell).collect()
    };
    let mut rows = vec![TableRow::new(cells(&table.head, true)).cant_split()];
    rows.extend(table.rows.iter().map(|row| TableRow::new(cells(row, false))));
    let line = |position| {
        TableBorder::new(position)
            .border_type(BorderType::Single)
            .size(4)
            .color("A6A6A6")
    };
    use TableBorderPosition::{Bottom, InsideH, InsideV, Left, Right, Top};
    let borders = [Top, Bottom, Left, Right, InsideH, InsideV]
        .into_iter()
        .fold(TableBorders::new(), |all, position| all.set(line(position)));
    WordTable::new(rows)
        .set_grid(widths)
        .width(WIDTH as usize, WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .set_borders(borders)
}

/// Without characters that XML cannot hold.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\t').collect()
}
