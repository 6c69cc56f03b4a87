import type * as sdk from '@aws-sdk/client-iam';
import { type Operation, operation } from '../../../kernel/service.ts';
import { refuseGroupInUse } from '../deletion.ts';
import { describeGroup, summariseUser } from '../describe.ts';
import { pageByMarker, underPath } from '../paging.ts';
import { onArn, onHolder } from '../requests.ts';
import { type OperationState, refuseName } from './state.ts';

/** Groups, without their policies. */
export function groupOperations(state: OperationState): Readonly<Record<string, Operation>> {
  const { directory } = state;
  return {
    CreateGroup: operation<sdk.CreateGroupCommandInput, sdk.CreateGroupCommandOutput>({
      authorise: (input) => onArn('CreateGroup', directory.arn(`group${input.Path ?? '/'}${input.GroupName}`)),
      execute: ({ GroupName: name = '', Path: path = '/' }) => {
        refuseName(state, 'group', name);
        return { Group: describeGroup(directory.putGroup(name, path)) };
      },
    }),
    DeleteGroup: operation<sdk.DeleteGroupCommandInput, sdk.DeleteGroupCommandOutput>({
      authorise: ({ GroupName: name }) => onHolder(directory, 'group', 'DeleteGroup', name),
      execute: (input) => {
        const group = directory.written('group', input.GroupName ?? '');
        refuseGroupInUse(directory, group);
        directory.holders.group.delete(group.name);
        return {};
      },
    }),
    GetGroup: operation<sdk.GetGroupCommandInput, sdk.GetGroupCommandOutput>({
      authorise: ({ GroupName: name }) => onHolder(directory, 'group', 'GetGroup', name),
      execute: (input) => {
        const group = directory.seen('group', input.GroupName ?? '');
        const members = directory.holders.user.list().filter(({ groups }) => groups.has(group.name));
        const page = pageByMarker(members, input);
        return { Group: describeGroup(group), Users: page.items.map(summariseUser), ...page.rest };
      },
    }),
    ListGroups: operation<sdk.ListGroupsCommandInput, sdk.ListGroupsCommandOutput>({
      authorise: () => onArn('ListGroups', directory.arn('group/')),
      execute: (input) => {
        const page = pageByMarker(underPath(directory.holders.group.list(), input.PathPrefix), input);
        return { Groups: page.items.map(describeGroup), ...page.rest };
      },
    }),
  };
}
