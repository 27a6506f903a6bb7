// The scripts of every page. Pages work without them; each file adds one thing.
import "@digdir/designsystemet-web/details";
import "@digdir/designsystemet-web/dialog";
import "@digdir/designsystemet-web/invokers";

import { enhance } from "./enhance";
import { startGuard } from "./guard";
import { startMenus } from "./menus";
import { startOffline } from "./offline";
import { startSession } from "./session";
import { startToasts } from "./toast";
import { startUpload } from "./upload";

startGuard();
startMenus();
startToasts();
startUpload();
startSession();
startOffline();
enhance(document.body);
