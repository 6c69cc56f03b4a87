import { NotWritten, type ProbeDriver, type ProbeSession } from '../../../../../functions/failover-drill/probe/driver.ts';
import { pause, type ProbeClock } from '../../../../../functions/failover-drill/probe/probe-clock.ts';
import type { DurabilitySetting, ProbeWrite } from '../../../../../functions/failover-drill/probe/probe-report.ts';

/** How the database answers: at once, never, by an error, or by an error that leaves open what became of it. */
export type Answer = 'ok' | 'hang' | 'fail' | 'break' | { readonly afterMilliseconds: number };

export interface Script {
  connect?: (now: number) => Answer;
  /** `break`: the write is not there, and nobody says so; `break-after`: it is there. */
  insert?: (now: number, write: ProbeWrite) => Answer | 'break-after';
  /** Reading the table, the settings, and removing old rows. */
  ask?: (now: number, what: 'read' | 'durability' | 'delete') => Answer;
  close?: (now: number) => Answer;
}

export const settings: readonly DurabilitySetting[] = [{ name: 'fsync', value: 'on', isSafe: true }];

/** A database that does at every instant what a script says. */
export class ScriptedDatabase implements ProbeDriver {
  readonly #clock: ProbeClock;
  readonly #script: Script;
  readonly table: { run: string; write: ProbeWrite }[] = [];
  readonly sessions: { isDestroyed: boolean; isClosed: boolean }[] = [];
  readonly deletedBefore: Date[] = [];

  constructor(clock: ProbeClock, script: Script = {}) {
    this.#clock = clock;
    this.#script = script;
  }

  async connect(): Promise<ProbeSession> {
    await this.#answer(this.#script.connect?.(this.#clock.now()) ?? 'ok');
    const state = { isDestroyed: false, isClosed: false };
    this.sessions.push(state);
    return {
      insert: (run, write) => this.#insert(run, write, state),
      readWrites: async (run) => {
        await this.#ask('read');
        return this.table.filter((row) => row.run === run).map(({ write }) => write);
      },
      readDurability: async () => {
        await this.#ask('durability');
        return [...settings];
      },
      deleteWritesBefore: async (instant) => {
        await this.#ask('delete');
        this.deletedBefore.push(instant);
      },
      close: async () => {
        await this.#answer(this.#script.close?.(this.#clock.now()) ?? 'ok');
        state.isClosed = true;
      },
      destroy: () => {
        state.isDestroyed = true;
      },
    };
  }

  async #insert(run: string, write: ProbeWrite, state: { readonly isDestroyed: boolean }): Promise<void> {
    const answer = this.#script.insert?.(this.#clock.now(), write) ?? 'ok';
    if (answer === 'fail') throw new NotWritten('The database says no.');
    if (answer === 'break-after') this.table.push({ run, write });
    if (answer === 'break-after' || answer === 'break') throw new Error('The connection broke.');
    await this.#answer(answer);
    if (state.isDestroyed) throw new Error('The connection was dropped.');
    this.table.push({ run, write });
  }

  #ask(what: 'read' | 'durability' | 'delete'): Promise<void> {
    return this.#answer(this.#script.ask?.(this.#clock.now(), what) ?? 'ok');
  }

  async #answer(answer: Answer): Promise<void> {
    if (answer === 'hang') await new Promise(() => undefined);
    if (answer === 'fail' || answer === 'break') throw new Error('Nobody is there.');
    if (typeof answer === 'object') await pause(this.#clock, answer.afterMilliseconds);
  }
}
