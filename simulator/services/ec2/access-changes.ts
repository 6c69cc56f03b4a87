/** What changed: the id of a security group or of a prefix list, or `attachments` when something got other groups. */
export type AccessChange = { readonly kind: 'security-group' | 'prefix-list'; readonly id: string } | { readonly kind: 'attachments' };

/** Tells who depends on it that what may reach what has changed: so it is worked out then, and not for each request. */
export class AccessChanges {
  readonly #listeners: ((change: AccessChange) => void)[] = [];

  subscribe(listener: (change: AccessChange) => void): void {
    this.#listeners.push(listener);
  }

  announce(change: AccessChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
