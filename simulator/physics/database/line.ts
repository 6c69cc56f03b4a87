import type { Account } from '../../kernel/account.ts';
import type { Cancel } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';

/** Why a connection does not come about, or breaks. */
export type LineFailure = 'refused' | 'unknown-host' | 'connect-timed-out' | 'reset' | 'timed-out';

/** The client's end of a TCP connection: what it is told. */
export interface ClientEnd {
  /** `serverName` is the name that the server's certificate is for. */
  established(serverName: string): void;
  secured(): void;
  receive(bytes: Buffer): void;
  /** The server sends nothing more. */
  end(): void;
  /** `address` is where the host's name led; undefined where it led nowhere. */
  fail(failure: LineFailure, address: string | undefined): void;
}

/** What the server's end of a connection does with what arrives. */
export interface ServerEnd {
  receive(bytes: Buffer): void;
  /** The client is gone. */
  close(): void;
}

/** What came of one attempt to reach a server. */
export type Answer =
  | { readonly kind: 'accepted'; readonly address: string; readonly serverName: string; readonly open: (line: Line) => ServerEnd }
  | { readonly kind: 'refused'; readonly address: string }
  | { readonly kind: 'unknown-host' }
  /** Nothing comes back: a firewall, or a host that is down. */
  | { readonly kind: 'silence'; readonly address: string };

/** Linux sends a SYN again after these, in seconds since the first (`net.ipv4.tcp_syn_retries` = 6), and gives up at the last. */
const connectRetriesSeconds = [1, 3, 7, 15, 31, 63] as const;
const connectGivesUpSeconds = 127;
/** Linux gives a connection up whose data nobody acknowledges (`net.ipv4.tcp_retries2` = 15). */
const dataGivesUpSeconds = 924;
/** One way between two zones of a Region, in whole milliseconds. */
const oneWayMilliseconds = { low: 1, high: 2 };
/** A TLS handshake beside its two round trips: signatures and their checks. */
const handshakeMilliseconds = { low: 2, high: 6 };

/** One TCP connection, with the time that its packets take. */
export class Line {
  isEncrypted = false;

  readonly #account: Account;
  readonly #client: ClientEnd;
  readonly #ask: () => Answer;
  readonly #random: Random;
  readonly #oneWay: number;
  #server: ServerEnd | undefined;
  /** `mute`: packets still arrive at the server, and nothing comes back. `dead`: nothing arrives. `closed`: the client knows. */
  #state: 'dialling' | 'open' | 'mute' | 'dead' | 'closed' = 'dialling';
  readonly #timers: Cancel[] = [];
  #address: string | undefined;
  #givesUp: Cancel | undefined;

  /** `ask` is asked at every attempt whether there is a server. */
  constructor(account: Account, client: ClientEnd, ask: () => Answer) {
    this.#account = account;
    this.#client = client;
    this.#ask = ask;
    this.#random = account.random.stream('database.network');
    this.#oneWay = this.#random.integer(oneWayMilliseconds.low, oneWayMilliseconds.high);
    for (const seconds of [0, ...connectRetriesSeconds]) this.#after(seconds * 1000 + this.#oneWay, () => this.#dial());
    this.#after(connectGivesUpSeconds * 1000, () => this.#fail('connect-timed-out'));
  }

  /** Whether what the server still does can be heard. */
  get isHeard(): boolean {
    return this.#state === 'open';
  }

  /** The client's bytes, on their way to the server. */
  send(bytes: Buffer): void {
    if (this.#state === 'dead' || this.#state === 'mute') {
      this.#givesUp ??= this.#account.clock.at(this.#account.clock.now() + dataGivesUpSeconds * 1000, () => this.#fail('timed-out'));
    }
    this.#after(this.#oneWay, () => {
      if (this.#state === 'open' || this.#state === 'mute') this.#server?.receive(bytes);
    });
  }

  /** The client begins TLS. */
  secure(): void {
    const { low, high } = handshakeMilliseconds;
    this.#after(4 * this.#oneWay + this.#random.integer(low, high), () => {
      if (this.#state !== 'open') return;
      this.isEncrypted = true;
      this.#client.secured();
    });
  }

  /** The client sends nothing more, and waits for the server to end as well. */
  finish(): void {
    this.#after(this.#oneWay, () => {
      if (this.#state !== 'open') return;
      this.#server?.close();
      this.end();
    });
  }

  /** The client closes at once. */
  abort(): void {
    const wasOpen = this.#state === 'open';
    this.#close();
    if (wasOpen) this.#server?.close();
  }

  /** The server's bytes, on their way to the client. */
  reply(bytes: Buffer): void {
    this.#after(this.#oneWay, () => {
      if (this.#state === 'open') this.#client.receive(bytes);
    });
  }

  /** The server closes, after what it replied. */
  end(): void {
    this.#after(this.#oneWay, () => {
      if (this.#state !== 'open') return;
      this.#close();
      this.#client.end();
    });
  }

  /** The server, or the way to it, dies. Without `reset` the client is not told. */
  die(how: 'reset' | 'silently'): void {
    if (this.#state !== 'open') return;
    if (how === 'reset') this.#after(this.#oneWay, () => this.#fail('reset'));
    this.#state = 'mute';
  }

  /** From now on nothing reaches the server that the client still believes in. */
  sever(): void {
    if (this.#state === 'mute') this.#state = 'dead';
  }

  #dial(): void {
    if (this.#state !== 'dialling') return;
    const answer = this.#ask();
    this.#address = answer.kind === 'unknown-host' ? undefined : answer.address;
    switch (answer.kind) {
      case 'silence':
        return;
      case 'unknown-host':
        this.#fail('unknown-host');
        return;
      case 'refused':
        this.#after(this.#oneWay, () => this.#fail('refused'));
        return;
      case 'accepted':
        this.#forgetTimers();
        this.#state = 'open';
        this.#after(this.#oneWay, () => {
          if (this.#state === 'open') this.#client.established(answer.serverName);
        });
        this.#server = answer.open(this);
    }
  }

  #fail(failure: LineFailure): void {
    if (this.#state === 'closed') return;
    this.#close();
    this.#client.fail(failure, this.#address);
  }

  #close(): void {
    this.#state = 'closed';
    this.#forgetTimers();
    this.#givesUp?.();
  }

  #after(milliseconds: number, callback: () => void): void {
    const cancel = this.#account.clock.at(this.#account.clock.now() + milliseconds, callback);
    if (this.#state === 'dialling') this.#timers.push(cancel);
  }

  #forgetTimers(): void {
    for (const cancel of this.#timers.splice(0)) cancel();
  }
}
