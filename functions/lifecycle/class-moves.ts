import { type StorageClass, storageClasses } from '../platform/prices.ts';

/**
 * Where a transition can take an object from. Source: "Transitioning objects using Amazon S3 Lifecycle", supported transitions.
 */
const nextClasses: Readonly<Record<StorageClass, readonly StorageClass[]>> = {
  STANDARD: ['STANDARD_IA', 'INTELLIGENT_TIERING', 'ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'],
  STANDARD_IA: ['INTELLIGENT_TIERING', 'ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'],
  INTELLIGENT_TIERING: ['ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'],
  ONEZONE_IA: ['GLACIER', 'DEEP_ARCHIVE'],
  GLACIER_IR: ['GLACIER', 'DEEP_ARCHIVE'],
  GLACIER: ['DEEP_ARCHIVE'],
  DEEP_ARCHIVE: [],
};

/**
 * Which class S3 chooses where an object is due for several: the cheapest, but that INTELLIGENT_TIERING goes before all but the
 * two archives. Source: "How Amazon S3 handles conflicts in lifecycle configurations".
 */
const preferredClasses: readonly StorageClass[] = ['DEEP_ARCHIVE', 'GLACIER', 'INTELLIGENT_TIERING', 'GLACIER_IR', 'ONEZONE_IA', 'STANDARD_IA'];

/** Objects in them must be restored for hours before they can be read. */
export const archiveClasses: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE'] satisfies StorageClass[];

/** The two classes that S3 lets no object into before its thirtieth day. */
export const infrequentClasses: readonly string[] = ['STANDARD_IA', 'ONEZONE_IA'] satisfies StorageClass[];

export function isStorageClass(name: string): name is StorageClass {
  return (storageClasses as readonly string[]).includes(name);
}

export function canMove(from: string, to: string): boolean {
  return isStorageClass(from) && (nextClasses[from] as readonly string[]).includes(to);
}

/** The class that an object goes to; undefined where it stays. */
export function chooseClass(from: string, due: ReadonlySet<string>): StorageClass | undefined {
  return preferredClasses.find((storageClass) => due.has(storageClass) && canMove(from, storageClass));
}
