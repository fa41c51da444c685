/** The script of an annotated page: reads the data out of the document, and shows it. */

import { DATA_ID, type PageData } from '../page-data.ts';
import { App } from './app.ts';
import { byId } from './dom.ts';

document.documentElement.classList.add('with-script');
// Written by the same version of Wiz that this script comes from.
new App(JSON.parse(byId(DATA_ID).textContent ?? '') as PageData);
