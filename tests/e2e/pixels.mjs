// What is on a virtual screen at this moment, read from the file that the X server draws into (in the format of xwd).
import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";

/** Fields of the header, by their number. */
const HEADER_BYTES = 0;
const BYTES_PER_LINE = 12;
const COLOURS = 19;
/** What an entry of the colour table takes. */
const COLOUR_BYTES = 12;

export class Pixels {
  constructor(screen) {
    this.file = openSync(join(screen.framebuffer, "Xvfb_screen0"), "r");
    const header = Buffer.alloc(100);
    readSync(this.file, header, 0, header.length, 0);
    const field = (number) => header.readUInt32BE(number * 4);
    this.start = field(HEADER_BYTES) + field(COLOURS) * COLOUR_BYTES;
    this.stride = field(BYTES_PER_LINE);
  }

  /** Whole lines of the screen as bytes: blue, green, red and an unused one for each pixel. */
  lines(from, count) {
    const bytes = Buffer.alloc(count * this.stride);
    readSync(this.file, bytes, 0, bytes.length, this.start + from * this.stride);
    return bytes;
  }

  /** The colour of a pixel, such as "#141b1e". */
  at(x, y) {
    const line = this.lines(y, 1);
    const [blue, green, red] = line.subarray(x * 4);
    return `#${[red, green, blue].map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
  }

  close() {
    closeSync(this.file);
  }
}
