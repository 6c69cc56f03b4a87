import type { VpcPeeringConnection } from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { NotModelledError } from '../../kernel/aws-error.ts';
import { tagList, type Tags } from './network.ts';

/** One end of a peering connection; the other account's VPCs are known by this alone. */
export interface PeeredVpc {
  readonly vpcId: string;
  readonly ownerId: string;
  readonly cidrBlock: string;
}

/** As `Status.Code` of a peering connection (VPC peering guide, "VPC peering connection lifecycle"). */
export type PeeringStatus = 'pending-acceptance' | 'active' | 'deleted' | 'rejected' | 'failed' | 'expired';

export interface Peering {
  readonly id: string;
  readonly requester: PeeredVpc;
  readonly accepter: PeeredVpc;
  readonly tags: Tags;
  status: PeeringStatus;
}

/** VPC peering connections. Both ends are a scenario's to say: the other end may be another account's. */
export class Peerings {
  readonly #account: Account;
  readonly #peerings = new Map<string, Peering>();

  constructor(account: Account) {
    this.#account = account;
  }

  all(): readonly Peering[] {
    return [...this.#peerings.values()];
  }

  /** Adds an active peering between a VPC of the account and another, its own or a foreign one. */
  add(requesterVpcId: string, accepter: string | PeeredVpc, status: PeeringStatus = 'active'): Peering {
    const peering: Peering = {
      id: `pcx-0${this.#account.random.stream('ec2.peering').hex(16)}`,
      requester: this.#own(requesterVpcId),
      accepter: typeof accepter === 'string' ? this.#own(accepter) : accepter,
      tags: {},
      status,
    };
    this.#peerings.set(peering.id, peering);
    return peering;
  }

  setStatus(id: string, status: PeeringStatus): void {
    const peering = this.#peerings.get(id);
    if (peering === undefined) throw new NotModelledError(`There is no peering connection ${id}.`);
    peering.status = status;
  }

  find(id: string): Peering | undefined {
    return this.#peerings.get(id);
  }

  /** The active peering between a VPC and another, or any VPC of another account. */
  between(vpcId: string, other: string | { readonly ownerId: string }): Peering | undefined {
    const isOther = (end: PeeredVpc): boolean => (typeof other === 'string' ? end.vpcId === other : end.ownerId === other.ownerId && end.vpcId !== vpcId);
    return this.all().find(
      ({ status, requester, accepter }) =>
        status === 'active' && ((requester.vpcId === vpcId && isOther(accepter)) || (accepter.vpcId === vpcId && isOther(requester))),
    );
  }

  #own(vpcId: string): PeeredVpc {
    return { vpcId, ownerId: this.#account.id, cidrBlock: this.#account.ec2.vpc(vpcId).cidrBlock };
  }
}

export function describePeering(peering: Peering, region: string): VpcPeeringConnection {
  const describeEnd = ({ vpcId, ownerId, cidrBlock }: PeeredVpc): VpcPeeringConnection['AccepterVpcInfo'] => ({
    VpcId: vpcId,
    OwnerId: ownerId,
    CidrBlock: cidrBlock,
    Region: region,
  });
  return {
    VpcPeeringConnectionId: peering.id,
    RequesterVpcInfo: describeEnd(peering.requester),
    AccepterVpcInfo: describeEnd(peering.accepter),
    Status: { Code: peering.status },
    Tags: tagList(peering.tags),
  };
}
