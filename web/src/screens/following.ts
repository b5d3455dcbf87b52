/**
 * All that talks with the district while the phone is open: what was recorded and downloaded, the pictures, what became
 * of what was set aside. Nobody waits for it to see the roster, so it comes after it (state.ts).
 */
import type { Device } from "../store/device";
import { Courier } from "../sync/courier";
import { Asker } from "../sync/fates";
import { Follower, type LinkState } from "../sync/follower";

export class Following {
  private readonly courier: Courier;
  private readonly follower: Follower;

  constructor(device: Device, tell: (state: LinkState) => void, sent: (hashes: readonly string[]) => void) {
    this.courier = new Courier(device);
    const asker = new Asker(device);
    this.follower = new Follower(
      device,
      (state) => {
        if (state.link === "online") {
          this.courier.stir();
          asker.stir();
        }
        tell(state);
      },
      sent,
    );
    this.follower.start();
  }

  stir(): void {
    this.follower.stir();
  }

  reconsider(): void {
    this.follower.reconsider();
  }

  stop(): void {
    this.follower.stop();
    this.courier.stop();
  }
}
