// A picture of one's own: chosen, dropped or taken, cropped and made grey; it does not leave the page.
import {SIZE} from "./face.js";

const EYES = 37 / 96;                       // row of the twin's eyes

export class Photo {
  // find: an element by its part; changed: is called for another picture or crop; complain: with what went wrong.
  // `rest` are the grey levels of the picture that others are to be compared with.
  constructor({find, changed, complain}) {
    Object.assign(this, {find, changed, complain, picture: null, rest: null});
    find("file").addEventListener("change", ({target}) => target.files[0] && this.open(target.files[0]));
    find("camera").addEventListener("click", () => this.take());
    find("rest").addEventListener("click", () => { this.rest = this.pixels(); changed(); });
    for (const slider of find("crop").querySelectorAll("input")) slider.addEventListener("input", changed);
    const drop = find("drop");
    drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      if (event.dataTransfer.files[0]) this.open(event.dataTransfer.files[0]);
    });
  }

  async open(file) {
    try {
      this.begin(await createImageBitmap(file));
    } catch {
      this.complain(`${file.name} is no picture that this browser can read.`);
    }
  }

  async take() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: "user"}});
      const video = Object.assign(document.createElement("video"), {srcObject: stream, muted: true, playsInline: true});
      await video.play();
      this.begin(await createImageBitmap(video));
    } catch (error) {
      this.complain(`No picture came from a camera: ${error.message}`);
    } finally {
      stream?.getTracks().forEach((track) => track.stop());
    }
  }

  begin(picture) {
    this.picture = picture;
    this.complain("");
    this.find("crop").hidden = false;
    this.changed();
  }

  leave() {
    this.picture = this.rest = null;
    this.find("crop").hidden = true;
  }

  // A square of the picture: shown, and as grey levels as many as the network's input has.
  pixels() {
    const [size, x, y] = ["size", "x", "y"].map((name) => this.find("crop").querySelector(`[name=${name}]`).value / 100);
    const {picture} = this, side = Math.min(picture.width, picture.height) * size;
    const left = (picture.width - side) * x, top = (picture.height - side) * y;
    const show = this.find("photo"), large = show.getContext("2d");
    large.imageSmoothingQuality = "high";
    large.drawImage(picture, left, top, side, side, 0, 0, show.width, show.height);
    const small = new OffscreenCanvas(SIZE, SIZE).getContext("2d");
    small.imageSmoothingQuality = "high";
    small.drawImage(picture, left, top, side, side, 0, 0, SIZE, SIZE);
    const {data} = small.getImageData(0, 0, SIZE, SIZE), pixels = new Uint8Array(SIZE * SIZE);
    for (let i = 0; i < pixels.length; i++) {
      pixels[i] = Math.round(.299 * data[4 * i] + .587 * data[4 * i + 1] + .114 * data[4 * i + 2]);
    }
    large.fillStyle = "rgba(255,255,255,.7)";                   // where the twin has its eyes
    large.fillRect(0, EYES * show.height, show.width, 1);
    return pixels;
  }
}
