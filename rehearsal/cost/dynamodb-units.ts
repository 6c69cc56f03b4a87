import { type Item, itemSize } from '../../simulator/services/dynamodb/attribute-value.ts';

/** Units of on-demand tables (developer guide, "Read/write capacity mode", and "Amazon DynamoDB transactions"). */
const readUnitBytes = 4096;
const writeUnitBytes = 1024;

/** Of reading so many bytes at once: an item that is not there is read too. */
export function readUnits(bytes: number, isConsistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / readUnitBytes)) * (isConsistent ? 1 : 0.5);
}

/** Of a write that is made, or refused by its condition: the larger of what was there and what is there now. */
export function writeUnits(before: Item | undefined, after: Item | undefined): number {
  return Math.max(1, Math.ceil(Math.max(bytesOf(before), bytesOf(after)) / writeUnitBytes));
}

/** Each item of a transaction is prepared, then committed. */
export const transactionFactor = 2;

export function bytesOf(item: Item | undefined): number {
  return item === undefined ? 0 : itemSize(item);
}

/**
 * Of a query or scan, which pays for what it read and not for what its filter let through. What was filtered out is taken
 * to be as large as what was not.
 */
export function pageUnits(items: readonly Item[], scannedCount: number, isConsistent: boolean): number {
  const shown = items.reduce((sum, item) => sum + bytesOf(item), 0);
  const bytes = items.length === 0 ? scannedCount * writeUnitBytes : (shown / items.length) * scannedCount;
  return readUnits(bytes, isConsistent);
}
