/** The system the window runs on, where it changes keys or chrome. */

/** macOS has Cmd for Ctrl, and its own window buttons. */
export const isMac = /Mac/i.test(navigator.platform);

/** WebKitGTK hides the graphics hardware, so a software renderer cannot be told from a real one. */
export const isLinux = /Linux|X11/i.test(navigator.platform) && !/Android/i.test(navigator.userAgent);
