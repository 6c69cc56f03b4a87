/** An event as GetExecutionHistory gives it, with its details under their own member. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: Date;
  readonly type: string;
  readonly [details: string]: unknown;
}

/** Details of an event, computed only when somebody reads the history. */
export type EventDetails = () => Readonly<Record<string, unknown>>;

/** Takes the events of one execution. Without one, events are counted and nothing more. */
export interface HistoryRecorder {
  record(event: { readonly id: number; readonly previousEventId: number; readonly at: number; readonly type: string }, details: EventDetails): void;
}

/** Keeps the events of one execution whole. */
export class ExecutionHistory implements HistoryRecorder {
  readonly #events: { readonly id: number; readonly previousEventId: number; readonly at: number; readonly type: string; readonly details: EventDetails }[] = [];

  record(event: { id: number; previousEventId: number; at: number; type: string }, details: EventDetails): void {
    this.#events.push({ ...event, details });
  }

  get length(): number {
    return this.#events.length;
  }

  /** In order of their ids. */
  events(): readonly HistoryEvent[] {
    return this.#events.map(({ id, previousEventId, at, type, details }) => ({
      id, previousEventId, timestamp: new Date(at), type, ...details(),
    }));
  }
}

/** A Standard execution may have this many events; then it fails (service quota). */
export const historyEventsLimit = 25_000;

const noDetails: EventDetails = () => ({});

/** Numbers the events of one execution. */
export class EventLog {
  readonly #recorder: HistoryRecorder | undefined;
  readonly #now: () => number;
  #lastId = 0;

  constructor(recorder: HistoryRecorder | undefined, now: () => number) {
    this.#recorder = recorder;
    this.#now = now;
  }

  /** True once only the event that ends the execution still fits. */
  get isFull(): boolean {
    return this.#lastId >= historyEventsLimit - 1;
  }

  /** Gives the id of the new event. */
  add(previousEventId: number, type: string, details: EventDetails = noDetails): number {
    this.#lastId += 1;
    this.#recorder?.record({ id: this.#lastId, previousEventId, at: this.#now(), type }, details);
    return this.#lastId;
  }
}
