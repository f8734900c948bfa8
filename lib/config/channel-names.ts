/** The rule of channel names, for error messages. */
export const CHANNEL_NAME_RULE = 'use lower case letters, digits, - and _, like "storage-ops"';
export const CHANNEL_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
