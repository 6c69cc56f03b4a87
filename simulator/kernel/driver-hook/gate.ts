/** Holds back what comes too early: writes to a connection that does not stand yet. */
export class Gate {
  #waiting: (() => void)[] | undefined = [];

  /** Runs `what` now, or once the gate is open. */
  pass(what: () => void): void {
    if (this.#waiting === undefined) what();
    else this.#waiting.push(what);
  }

  open(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const what of waiting) what();
  }
}
