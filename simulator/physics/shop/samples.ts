/** One minute of the shop. */
export interface ShopSample {
  /** Beginning of the minute, epoch milliseconds. */
  readonly at: number;
  readonly requestsPerSecond: number;
  /** Healthy targets at its end, like the three sizes below. */
  readonly healthy: number;
  readonly inService: number;
  readonly desired: number;
  readonly min: number;
  /** Requests of that minute that were not served. */
  readonly refused: number;
}
