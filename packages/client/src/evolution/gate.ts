/** Holds back work that would be in the way of a change of declaration, for the turns until it is made. */
export class Gate {
  #closings = 0;

  get isClosed(): boolean {
    return this.#closings > 0;
  }

  close(): void {
    this.#closings++;
  }

  open(): void {
    this.#closings--;
  }
}
