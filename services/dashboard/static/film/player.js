// The film and its clock. A film that the browser cannot play is shown by its sampled frames.

import { lastBefore } from "./boxes.js";

export class Player {
  constructor(film, still, images) {
    this.film = film;
    this.still = still;
    this.images = images; // () => { frames, address(frame) }
    this.playable = true;
    this.moment = 0;
    this.watchers = [];
    film.addEventListener("error", () => this.#giveUp());
    film.addEventListener("seeked", () => this.#tell(film.currentTime));
    film.addEventListener("loadedmetadata", () => this.#tell(film.currentTime));
    this.#everyFrame();
    if (film.error) this.#giveUp();
  }

  onMoment(watcher) {
    this.watchers.push(watcher);
  }

  seek(time) {
    this.moment = Math.max(0, time);
    if (this.playable) this.film.currentTime = this.moment;
    else this.#tell(this.moment);
  }

  // Told of each frame that is put on the screen, with the very time it has in the film.
  #everyFrame() {
    if (this.film.requestVideoFrameCallback) {
      const each = (_, { mediaTime }) => {
        this.#tell(mediaTime);
        this.film.requestVideoFrameCallback(each);
      };
      this.film.requestVideoFrameCallback(each);
    } else {
      const each = () => {
        if (!this.film.paused) this.#tell(this.film.currentTime);
        requestAnimationFrame(each);
      };
      requestAnimationFrame(each);
    }
  }

  #giveUp() {
    this.playable = false;
    this.film.hidden = true;
    this.still.hidden = false;
    this.film.dispatchEvent(new CustomEvent("unplayable"));
    this.#tell(this.moment);
  }

  #tell(time) {
    this.moment = time;
    if (!this.playable) this.#showStill();
    for (const watcher of this.watchers) watcher(time);
  }

  #showStill() {
    const { frames, address } = this.images();
    const shown = frames.slice(0, lastBefore(frames, this.moment) + 1).findLast((frame) => frame.image) ?? frames[0];
    if (shown?.image && this.still.dataset.image !== shown.image) {
      this.still.dataset.image = shown.image;
      this.still.src = address(shown);
    }
  }
}
