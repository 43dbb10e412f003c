import type { components } from './schema';

type Schemas = components['schemas'];

export type Project = Schemas['Project'];
export type OwnedImage = Schemas['OwnedImage'];
export type SharedImage = Schemas['SharedImage'];
export type ImageState = Schemas['State'];
export type ImagePatch = Schemas['ImagePatch'];
export type Deprecation = Schemas['Deprecation'];
export type Share = Schemas['ShareList']['shares'][number];
export type ShareList = Schemas['ShareList'];
export type ShareRequest = Schemas['ShareRequest'];
export type ShareResponse = Schemas['ShareResponse'];
export type SecurityReminder = Schemas['SecurityReminder'];
export type Activity = Schemas['Activity'];
export type ActivityType = Schemas['ActivityType'];
export type ShareStatus = Schemas['ShareStatus'];
export type SharingPolicy = Schemas['SharingPolicy'];
