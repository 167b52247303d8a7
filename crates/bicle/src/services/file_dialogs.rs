//! The system's file dialogs, through rfd, on a thread of their own.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use super::{FileDialogs, FileRequest, Picked, Purpose, Ticket};

/// rfd, with at most one dialog open. The window goes on drawing meanwhile.
pub struct SystemFileDialogs {
    wake: egui::Context,
    tickets: u64,
    open: Option<(Ticket, Receiver<Vec<PathBuf>>)>,
}

impl SystemFileDialogs {
    /// Dialogs that wake the window when they are answered.
    #[must_use]
    pub fn new(wake: egui::Context) -> Self {
        Self {
            wake,
            tickets: 0,
            open: None,
        }
    }
}

impl FileDialogs for SystemFileDialogs {
    #[expect(
        clippy::disallowed_methods,
        reason = "the system's dialog answers when the user does: the one thread that is not the core's"
    )]
    fn open(&mut self, request: FileRequest) -> Option<Ticket> {
        if self.open.is_some() {
            return None;
        }
        self.tickets = self.tickets.saturating_add(1);
        let ticket = Ticket(self.tickets);
        let mut dialog = rfd::AsyncFileDialog::new().set_title(&request.title);
        if let Some(folder) = &request.folder {
            dialog = dialog.set_directory(folder);
        }
        if let Some(name) = &request.file_name {
            dialog = dialog.set_file_name(name);
        }
        for (name, endings) in &request.filters {
            dialog = dialog.add_filter(name, endings);
        }
        // the future is built here, on the main thread, as macOS wants; waiting is done elsewhere
        let path_of = |handle: rfd::FileHandle| handle.path().to_owned();
        let answer: std::pin::Pin<Box<dyn Future<Output = Vec<PathBuf>> + Send>> =
            match request.purpose {
                Purpose::OpenFile => {
                    let picked = dialog.pick_file();
                    Box::pin(async move { picked.await.map(path_of).into_iter().collect() })
                }
                Purpose::OpenFiles => {
                    let picked = dialog.pick_files();
                    Box::pin(async move {
                        picked
                            .await
                            .unwrap_or_default()
                            .into_iter()
                            .map(path_of)
                            .collect()
                    })
                }
                Purpose::SaveFile => {
                    let picked = dialog.save_file();
                    Box::pin(async move { picked.await.map(path_of).into_iter().collect() })
                }
            };
        let (sender, receiver) = channel();
        let wake = self.wake.clone();
        let spawned = std::thread::Builder::new()
            .name(String::from("file-dialog"))
            .spawn(move || {
                // the window may be gone: then nobody waits for the answer
                let _ = sender.send(pollster::block_on(answer));
                wake.request_repaint();
            });
        if spawned.is_err() {
            return None;
        }
        self.open = Some((ticket, receiver));
        Some(ticket)
    }

    fn poll(&mut self, ticket: Ticket) -> Picked {
        let Some((open, receiver)) = &self.open else {
            return Picked::Paths(Vec::new());
        };
        if *open != ticket {
            return Picked::Paths(Vec::new());
        }
        let paths = match receiver.try_recv() {
            Ok(paths) => paths,
            Err(TryRecvError::Empty) => return Picked::Waiting,
            Err(TryRecvError::Disconnected) => Vec::new(),
        };
        self.open = None;
        Picked::Paths(paths)
    }

    fn is_open(&self) -> bool {
        self.open.is_some()
    }
}
