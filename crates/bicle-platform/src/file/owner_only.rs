//! Windows: files and folders that their user alone can open, from their first moment.
//!
//! The access list is given to the call that creates them. It is protected: nothing of the folder's own list is
//! inherited. Two entries: this user, and the owner, who is this user again, but under the name that a file server
//! knows; the first one because what an elevated program makes is owned by the administrators.
#![expect(unsafe_code, reason = "access lists have no safe form in std")]

use std::ffi::c_void;
use std::fs::File;
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::Path;
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::{GENERIC_WRITE, INVALID_HANDLE_VALUE, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::{
    GetTokenInformation, PSID, SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::Storage::FileSystem::{
    CREATE_NEW, CreateDirectoryW, CreateFileW, FILE_ATTRIBUTE_NORMAL, FILE_FLAG_OPEN_REPARSE_POINT,
    FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// Room for a `TOKEN_USER` and its SID (`SECURITY_MAX_SID_SIZE`, 68 bytes), aligned as both want.
const TOKEN_USER_WORDS: usize = 16;

/// From how many UTF-16 units on a path needs its verbatim form: `MAX_PATH` (260) less the 12 that Windows keeps
/// for a file in a folder (`CreateDirectoryW`).
const LONG_PATH_UNITS: usize = 248;

/// A new, empty file for writing; never an existing one, never through a link.
pub(super) fn create_new(path: &Path) -> io::Result<File> {
    let name = system_path(path)?;
    let descriptor = Descriptor::of_this_user(Inheritance::None)?;
    let attributes = descriptor.attributes()?;
    // SAFETY: `name` ends with NUL; it, the attributes and the descriptor that they point to live through the
    // call, which only reads them. There is no template.
    let handle = unsafe {
        CreateFileW(
            name.as_ptr(),
            GENERIC_WRITE,
            FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
            &raw const attributes,
            CREATE_NEW,
            FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT,
            null_mut(),
        )
    };
    if handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call has just opened it, and nobody else knows of it.
    Ok(File::from(unsafe { OwnedHandle::from_raw_handle(handle) }))
}

/// A new folder, whose files and folders inherit that they are this user's alone.
pub(super) fn create_folder(path: &Path) -> io::Result<()> {
    let name = system_path(path)?;
    let descriptor = Descriptor::of_this_user(Inheritance::ToAllBelow)?;
    let attributes = descriptor.attributes()?;
    // SAFETY: `name` ends with NUL; it, the attributes and the descriptor that they point to live through the
    // call, which only reads them.
    done(unsafe { CreateDirectoryW(name.as_ptr(), &raw const attributes) })
}

/// Whether what is made below a folder takes its entries over.
#[derive(Clone, Copy)]
enum Inheritance {
    None,
    ToAllBelow,
}

/// A security descriptor in memory of the system's.
struct Descriptor(Local);

impl Descriptor {
    /// Everything to this user and to the owner, nothing to anybody else, and nothing inherited: SDDL, [MS-DTYP]
    /// section 2.5.1 (`P`: protected, `FA`: `FILE_ALL_ACCESS`, `OW`: the owner).
    fn of_this_user(inheritance: Inheritance) -> io::Result<Descriptor> {
        let flags = match inheritance {
            Inheritance::None => "",
            Inheritance::ToAllBelow => "OICI",
        };
        let user = with_user(sid_text)?;
        let list = format!("D:P(A;{flags};FA;;;{user})(A;{flags};FA;;;OW)");
        let list: Vec<u16> = list.encode_utf16().chain([0]).collect();
        let mut descriptor = null_mut();
        // SAFETY: `list` ends with NUL and lives through the call; the descriptor's address goes to a local, and
        // its size is not asked for.
        done(unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                list.as_ptr(),
                SDDL_REVISION_1,
                &raw mut descriptor,
                null_mut(),
            )
        })?;
        Ok(Descriptor(Local(descriptor)))
    }

    /// For a call that creates something; the descriptor must live through it. The handle is not inherited.
    fn attributes(&self) -> io::Result<SECURITY_ATTRIBUTES> {
        Ok(SECURITY_ATTRIBUTES {
            nLength: size_u32(size_of::<SECURITY_ATTRIBUTES>())?,
            lpSecurityDescriptor: self.0.0,
            bInheritHandle: 0,
        })
    }
}

/// Memory that the system gave and that `LocalFree` takes back.
struct Local(*mut c_void);

impl Drop for Local {
    fn drop(&mut self) {
        // SAFETY: every `Local` is made of what a function of the system allocated for its caller, once.
        unsafe {
            LocalFree(self.0);
        }
    }
}

/// Hands the SID of the user whom this process runs as; it is valid within `act` alone.
fn with_user<T>(act: impl FnOnce(PSID) -> io::Result<T>) -> io::Result<T> {
    let mut token = null_mut();
    // SAFETY: the pseudo handle of this process needs no closing; the token's handle goes to a local.
    done(unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) })?;
    // SAFETY: the call has just opened it, and nobody else knows of it.
    let token = unsafe { OwnedHandle::from_raw_handle(token) };
    let mut room = [0_u64; TOKEN_USER_WORDS];
    let mut length = 0;
    // SAFETY: the size told is that of `room`, which the call writes to; `token` is open for queries.
    done(unsafe {
        GetTokenInformation(
            token.as_raw_handle(),
            TokenUser,
            room.as_mut_ptr().cast(),
            size_u32(size_of_val(&room))?,
            &raw mut length,
        )
    })?;
    // SAFETY: the call has put a `TOKEN_USER` at the start of `room`, which is large enough and aligned to 8.
    let user = unsafe { room.as_ptr().cast::<TOKEN_USER>().read() };
    // its SID lies in `room`, which is neither moved nor changed before the end
    act(user.User.Sid)
}

/// A SID as SDDL has it: `S-1-5-…`.
fn sid_text(sid: PSID) -> io::Result<String> {
    let mut text = null_mut();
    // SAFETY: `with_user` hands a valid SID; the text's address goes to a local.
    done(unsafe { ConvertSidToStringSidW(sid, &raw mut text) })?;
    let owner = Local(text.cast());
    let mut length: usize = 0;
    // SAFETY: the system's text ends with NUL, and nothing beyond that is read.
    while unsafe { text.add(length).read() } != 0 {
        length = length.saturating_add(1);
    }
    // SAFETY: so many units were just read one by one; they stay until `owner` goes, and nobody changes them.
    let units = unsafe { std::slice::from_raw_parts(text, length) };
    let said = String::from_utf16(units).map_err(io::Error::other);
    drop(owner);
    said
}

/// The path with its NUL, whole and, where it is long, in its verbatim form, as the standard library does it.
fn system_path(path: &Path) -> io::Result<Vec<u16>> {
    let whole = std::path::absolute(path)?;
    let units: Vec<u16> = whole.as_os_str().encode_wide().collect();
    if units.contains(&0) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok(verbatim(units).into_iter().chain([0]).collect())
}

/// `\\?\C:\…` of `C:\…` and `\\?\UNC\server\…` of `\\server\…`, where such a path is long; else what it was.
fn verbatim(units: Vec<u16>) -> Vec<u16> {
    let wide = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
    let begins = |text: &str| units.starts_with(&wide(text));
    if units.len() < LONG_PATH_UNITS || begins(r"\\?\") || begins(r"\\.\") {
        return units;
    }
    match units.strip_prefix(wide(r"\\").as_slice()) {
        Some(share) => [wide(r"\\?\UNC\"), share.to_vec()].concat(),
        None => [wide(r"\\?\"), units].concat(),
    }
}

/// What a `BOOL` says.
fn done(result: i32) -> io::Result<()> {
    if result == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

fn size_u32(bytes: usize) -> io::Result<u32> {
    u32::try_from(bytes).map_err(io::Error::other)
}

#[cfg(test)]
#[allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing
)]
mod tests {
    use super::*;
    use crate::file::{Existing, Marker, create_private_empty, create_private_folder};
    use crate::file::{write_private, write_public};
    use windows_sys::Win32::Security::Authorization::{GetNamedSecurityInfoW, SE_FILE_OBJECT};
    use windows_sys::Win32::Security::{
        ACCESS_ALLOWED_ACE, ACL, DACL_SECURITY_INFORMATION, GetAce, GetSecurityDescriptorControl,
        SE_DACL_PROTECTED,
    };
    use windows_sys::Win32::Storage::FileSystem::FILE_ALL_ACCESS;
    use windows_sys::Win32::System::SystemServices::ACCESS_ALLOWED_ACE_TYPE;

    /// The SID of the owner's rights, whoever that is.
    const OWNER_RIGHTS: &str = "S-1-3-4";

    /// Whether the list is protected, and each entry: type, rights, SID.
    type Access = (bool, Vec<(u32, u32, String)>);

    fn access(path: &Path) -> Access {
        let name = system_path(path).unwrap();
        let mut list: *mut ACL = null_mut();
        let mut descriptor = null_mut();
        // SAFETY: `name` ends with NUL and lives through the call; both addresses go to locals.
        let error = unsafe {
            GetNamedSecurityInfoW(
                name.as_ptr(),
                SE_FILE_OBJECT,
                DACL_SECURITY_INFORMATION,
                null_mut(),
                null_mut(),
                &raw mut list,
                null_mut(),
                &raw mut descriptor,
            )
        };
        assert_eq!(error, 0);
        // the list lies in it
        let descriptor = Local(descriptor);
        let (mut control, mut revision) = (0, 0);
        // SAFETY: the descriptor is valid until it is dropped; both answers go to locals.
        done(unsafe {
            GetSecurityDescriptorControl(descriptor.0, &raw mut control, &raw mut revision)
        })
        .unwrap();
        assert!(!list.is_null(), "no list: everybody may do everything");
        // SAFETY: the list is valid as long as the descriptor.
        let count = unsafe { (*list).AceCount };
        let entries = (0..u32::from(count)).map(|number| {
            let mut entry = null_mut();
            // SAFETY: the list is valid, and the number below its count; the address goes to a local.
            done(unsafe { GetAce(list, number, &raw mut entry) }).unwrap();
            let entry = entry.cast::<ACCESS_ALLOWED_ACE>();
            // SAFETY: an entry that allows or denies has this form, and its SID begins at `SidStart`.
            let (kind, rights, sid) = unsafe {
                let sid = sid_text((&raw mut (*entry).SidStart).cast()).unwrap();
                (u32::from((*entry).Header.AceType), (*entry).Mask, sid)
            };
            (kind, rights, sid)
        });
        let entries = entries.collect();
        (control & SE_DACL_PROTECTED != 0, entries)
    }

    fn this_user_alone() -> Access {
        let allowed = |sid| (ACCESS_ALLOWED_ACE_TYPE, FILE_ALL_ACCESS, sid);
        let user = with_user(sid_text).unwrap();
        (true, vec![allowed(user), allowed(OWNER_RIGHTS.to_owned())])
    }

    #[test]
    fn what_is_private_has_an_access_list_of_this_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        // a public file in the way does not give its list to the private one
        write_public(&secret, b"", Existing::Refuse).unwrap();
        assert!(!access(&secret).0);
        write_private(&secret, b"x", Existing::Replace).unwrap();
        assert_eq!(access(&secret), this_user_alone());
        assert_eq!(std::fs::read(&secret).unwrap(), b"x");

        let empty = folder.path().join("empty");
        create_private_empty(&empty).unwrap();
        assert_eq!(access(&empty), this_user_alone());
        let again = create_private_empty(&empty).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);

        let mark = folder.path().join("mark");
        let marker = Marker::place(&mark, b"here").unwrap();
        assert_eq!(access(&mark), this_user_alone());
        drop(marker);

        let below = folder.path().join("a").join("b");
        create_private_folder(&below).unwrap();
        create_private_folder(&below).unwrap();
        assert_eq!(access(&folder.path().join("a")), this_user_alone());
        assert_eq!(access(&below), this_user_alone());
        // what another library makes there inherits it
        let within = below.join("within");
        std::fs::write(&within, b"").unwrap();
        assert_eq!(access(&within).1, this_user_alone().1);
    }

    #[test]
    fn a_long_path_is_private_too() {
        let folder = tempfile::tempdir().unwrap();
        let deep = (0..8).fold(folder.path().to_path_buf(), |path, _| {
            path.join("n".repeat(40))
        });
        create_private_folder(&deep).unwrap();
        let file = deep.join("file");
        write_private(&file, b"x", Existing::Refuse).unwrap();
        assert_eq!(access(&file), this_user_alone());
    }
}
