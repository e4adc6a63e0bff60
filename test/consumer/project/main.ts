import { App } from 'cdktf';
import { DEV, ShopStack } from './shop';

const app = new App();
new ShopStack(app, DEV);
app.synth();
