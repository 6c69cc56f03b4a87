import type { PendingModifiedValues } from '@aws-sdk/client-rds';
import type { Account } from '../../kernel/account.ts';

/** A database instance as a template declares it. */
export interface DatabaseDefinition {
  readonly id: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly instanceClass: string;
  readonly allocatedStorageGibibytes: number;
  readonly storageType: string;
  readonly isMultiAz: boolean;
  readonly isEncrypted: boolean;
  readonly isPubliclyAccessible: boolean;
  readonly isDeletionProtected: boolean;
  /** Whether database users may sign in with a token of IAM. */
  readonly hasIamAuthentication: boolean;
  readonly port: number;
  readonly masterUsername: string;
  readonly databaseName: string | undefined;
  readonly backupRetentionDays: number;
  /** `hh:mm-hh:mm`, UTC. */
  readonly backupWindow: string;
  /** `ddd:hh:mm-ddd:hh:mm`, UTC. */
  readonly maintenanceWindow: string;
  readonly parameterGroup: string;
  readonly subnetGroup: string | undefined;
  readonly securityGroupIds: readonly string[];
  readonly kmsKeyArn: string | undefined;
  readonly secretArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** Where the primary runs, and its standby where there is one. */
export interface Zones {
  readonly primary: string;
  readonly standby: string | undefined;
}

/** What becomes of a new connection. */
export type Connectivity = 'open' | 'hanging' | 'refused';

/** A database instance as it stands. What a failover, a modification or a scenario changes is not readonly. */
export class Database {
  definition: DatabaseDefinition;
  readonly arn: string;
  readonly resourceId: string;
  readonly address: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** As RDS spells it: `available`, `rebooting`, `modifying`, … */
  status = 'available';
  connectivity: Connectivity = 'open';
  /** Raised whenever another server process begins: sessions of an older generation are dead. */
  generation = 0;
  /** Changes that wait for a maintenance window or a restart. A scenario sets them; nothing here carries them out. */
  pendingModifiedValues: PendingModifiedValues = {};
  /** `in-sync`, or `pending-reboot` until the next restart. A scenario sets it. */
  parameterApplyStatus = 'in-sync';

  readonly #account: Account;
  #zones: Zones;
  #shownZones: Zones;

  constructor(account: Account, definition: DatabaseDefinition, identity: { readonly resourceId: string; readonly address: string; readonly zones: Zones }) {
    this.#account = account;
    this.definition = definition;
    this.arn = account.arn('rds', `db:${definition.id}`);
    this.resourceId = identity.resourceId;
    this.address = identity.address;
    this.createdAt = account.clock.now();
    this.#zones = identity.zones;
    this.#shownZones = identity.zones;
  }

  /** Where the primary really is. */
  get availabilityZone(): string {
    return this.#zones.primary;
  }

  /** Of the standby; undefined for a single-AZ instance. */
  get secondaryAvailabilityZone(): string | undefined {
    return this.#zones.standby;
  }

  /** The zones that RDS tells, which may be those from before a failover. */
  get shownZones(): Zones {
    return this.#shownZones;
  }

  /** The IPv4 address that the endpoint's name stands for; empty where the subnet of the primary is not known. */
  get primaryAddress(): string {
    return this.#account.ec2.networkInterfaces.addressOf(this) ?? '';
  }

  /** Gives it a standby in a zone, or takes it away. */
  setStandby(standby: string | undefined): void {
    this.#zones = { ...this.#zones, standby };
    this.#shownZones = { ...this.#shownZones, standby };
  }

  /** The standby becomes the primary, and the name stands for its address. RDS tells of it later: see {@link showZones}. */
  promoteStandby(): void {
    const { primary, standby } = this.#zones;
    if (standby === undefined) throw new Error(`${this.definition.id} has no standby.`);
    this.#zones = { primary: standby, standby: primary };
  }

  showZones(): void {
    this.#shownZones = this.#zones;
  }
}
