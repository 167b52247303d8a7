//! What other programs see of a window: nothing while it shows a secret, where the system offers that.

use raw_window_handle::WindowHandle;

/// Keeps the window out of screenshots, recordings and shared screens, or lets it in again.
///
/// Windows: `SetWindowDisplayAffinity` (`WDA_EXCLUDEFROMCAPTURE`, before Windows 10 2004 `WDA_MONITOR`, which
/// shows black). macOS: `NSWindow.sharingType` none, which new versions of `ScreenCaptureKit` may pass over. Linux has no
/// such thing. Call it on the thread of the window. Answers whether the system has done it.
#[must_use]
pub fn hide_from_capture(window: WindowHandle<'_>, hidden: bool) -> bool {
    system::hide(window, hidden)
}

#[cfg(windows)]
#[expect(unsafe_code, reason = "a call of user32")]
mod system {
    use raw_window_handle::{RawWindowHandle, WindowHandle};

    const WDA_NONE: u32 = 0;
    const WDA_MONITOR: u32 = 1;
    const WDA_EXCLUDEFROMCAPTURE: u32 = 0x11;

    // winuser.h
    #[link(name = "user32")]
    unsafe extern "system" {
        fn SetWindowDisplayAffinity(window: isize, affinity: u32) -> i32;
    }

    pub(super) fn hide(window: WindowHandle<'_>, hidden: bool) -> bool {
        let RawWindowHandle::Win32(handle) = window.as_raw() else {
            return false;
        };
        let set = |affinity| {
            // SAFETY: `WindowHandle` is of a window that lives as long as it; the call takes no pointer.
            unsafe { SetWindowDisplayAffinity(handle.hwnd.get(), affinity) != 0 }
        };
        if hidden {
            set(WDA_EXCLUDEFROMCAPTURE) || set(WDA_MONITOR)
        } else {
            set(WDA_NONE)
        }
    }
}

#[cfg(target_os = "macos")]
#[expect(unsafe_code, reason = "messages to AppKit")]
mod system {
    use std::ffi::{CStr, c_char, c_void};

    use raw_window_handle::{RawWindowHandle, WindowHandle};

    /// `NSWindowSharingNone`, `NSWindowSharingReadOnly` (NSWindow.h).
    const SHARING_NONE: usize = 0;
    const SHARING_READ_ONLY: usize = 1;

    // objc/runtime.h, objc/message.h
    #[link(name = "objc", kind = "dylib")]
    unsafe extern "C" {
        fn sel_registerName(name: *const c_char) -> *const c_void;
        fn objc_msgSend();
    }

    type Getter = unsafe extern "C" fn(*mut c_void, *const c_void) -> *mut c_void;
    type Setter = unsafe extern "C" fn(*mut c_void, *const c_void, usize);

    pub(super) fn hide(window: WindowHandle<'_>, hidden: bool) -> bool {
        let RawWindowHandle::AppKit(handle) = window.as_raw() else {
            return false;
        };
        let selector = |name: &CStr| {
            // SAFETY: `name` is a C string that lives through the call.
            unsafe { sel_registerName(name.as_ptr()) }
        };
        let sharing = if hidden {
            SHARING_NONE
        } else {
            SHARING_READ_ONLY
        };
        // SAFETY: `WindowHandle` is of a view that lives as long as it. `window` (no argument, an object or nil)
        // and `setSharingType:` (an NSUInteger, nothing) have these types in NSView.h and NSWindow.h, and
        // objc_msgSend is called as a function of the method's type, as its documentation wants.
        unsafe {
            let get: Getter = std::mem::transmute(objc_msgSend as unsafe extern "C" fn());
            let set: Setter = std::mem::transmute(objc_msgSend as unsafe extern "C" fn());
            let owner = get(handle.ns_view.as_ptr(), selector(c"window"));
            if owner.is_null() {
                return false;
            }
            set(owner, selector(c"setSharingType:"), sharing);
        }
        true
    }
}

#[cfg(not(any(windows, target_os = "macos")))]
mod system {
    use raw_window_handle::WindowHandle;

    pub(super) fn hide(_window: WindowHandle<'_>, _hidden: bool) -> bool {
        false
    }
}
