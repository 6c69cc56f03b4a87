import type { LastUse } from './principals.ts';

/** Permissions that no API call bears the name of: IAM does not track them (IAM user guide, "View last accessed information"). */
const untrackedActions = new Set(['iam:PassRole']);

/**
 * What each identity last tried, by service. IAM counts attempts, allowed or not (IAM user guide, "View last accessed
 * information"). By id: one that is made anew under an old name has no past.
 */
export class UsageRecords {
  readonly #byId = new Map<string, Map<string, LastUse>>();
  readonly #latest = new Map<string, LastUse>();

  /** An attempt of `action` by the identity. */
  note(id: string, action: string, at: number, region: string): void {
    if (untrackedActions.has(action)) return;
    this.record(id, { service: action.slice(0, action.indexOf(':')), at, region });
  }

  /** A use of which the account has no call, from before it was simulated. An older one than the known changes nothing. */
  record(id: string, use: LastUse): void {
    let services = this.#byId.get(id);
    if (services === undefined) {
      services = new Map();
      this.#byId.set(id, services);
    }
    if ((services.get(use.service)?.at ?? -Infinity) <= use.at) services.set(use.service, use);
    if ((this.#latest.get(id)?.at ?? -Infinity) <= use.at) this.#latest.set(id, use);
  }

  latest(id: string): LastUse | undefined {
    return this.#latest.get(id);
  }

  /** By namespace of the service. */
  byService(id: string): ReadonlyMap<string, LastUse> {
    return this.#byId.get(id) ?? new Map<string, LastUse>();
  }
}
