import { z } from 'zod';
import type { PrefixList } from '../../../services/ec2/prefix-lists.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../../provider.ts';
import { tagList } from '../tags.ts';

const prefixListProperties = z.object({
  AddressFamily: z.enum(['IPv4', 'IPv6']),
  Entries: z.array(z.object({ Cidr: z.string(), Description: z.string().optional() })).default([]),
  MaxEntries: z.coerce.number().optional(),
  PrefixListName: z.string(),
  Tags: tagList,
});

export const prefixList: ResourceProvider = {
  type: 'AWS::EC2::PrefixList',
  modelled: Object.keys(prefixListProperties.shape),
  recorded: {},
  create(request) {
    const given = prefixListProperties.parse(request.properties);
    const list = request.account.ec2.prefixLists.create({
      name: given.PrefixListName,
      addressFamily: given.AddressFamily,
      maxEntries: given.MaxEntries ?? given.Entries.length,
      entries: given.Entries.map(({ Cidr, Description }) => ({ cidr: Cidr, description: Description })),
      tags: given.Tags,
    });
    return asProvisioned(request, list);
  },
  delete: ({ account }, current) => account.ec2.prefixLists.delete(current.ref),
};

function asProvisioned({ account }: ResourceRequest, list: PrefixList): Provisioned {
  return {
    ref: list.id,
    attributes: { PrefixListId: list.id, Arn: account.arn('ec2', `prefix-list/${list.id}`), OwnerId: list.ownerId, Version: list.versions.length },
  };
}
