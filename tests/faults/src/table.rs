//! Tables, for the terminal and for docs/faults.md.

/// A table of texts; the first row is its head.
#[derive(Debug)]
pub struct Table(Vec<Vec<String>>);

impl Table {
    /// A table with that head.
    #[must_use]
    pub fn new(head: &[&str]) -> Table {
        Table(vec![head.iter().map(|&word| word.to_owned()).collect()])
    }

    /// One more row.
    pub fn row(&mut self, name: &str, numbers: &[usize]) {
        let numbers = numbers.iter().map(ToString::to_string);
        self.0
            .push(std::iter::once(name.to_owned()).chain(numbers).collect());
    }

    /// As Markdown, its columns aligned.
    #[must_use]
    pub fn markdown(&self) -> String {
        let columns = self.0[0].len();
        let width = |column: usize| {
            let widths = self.0.iter().map(|row| row[column].chars().count());
            widths.max().unwrap_or(0).max(3)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for (index, row) in self.0.iter().enumerate() {
            text.push('|');
            for (column, cell) in row.iter().enumerate() {
                let space = " ".repeat(widths[column] - cell.chars().count());
                let cell = if column == 0 {
                    format!(" {cell}{space} |")
                } else {
                    format!(" {space}{cell} |")
                };
                text.push_str(&cell);
            }
            text.push('\n');
            if index == 0 {
                text.push('|');
                for (column, width) in widths.iter().enumerate() {
                    let dashes = "-".repeat(*width);
                    text.push_str(&if column == 0 {
                        format!(" {dashes} |")
                    } else {
                        format!(" {}: |", &dashes[1..])
                    });
                }
                text.push('\n');
            }
        }
        text
    }
}
