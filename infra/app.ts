import { createApp } from './application.ts';

createApp();
