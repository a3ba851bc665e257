// The picture on the whole screen, or in a small window above all others.

/** iPhones know full screen for videos alone. */
type OldVideo = HTMLVideoElement & { webkitEnterFullscreen?: () => void };

export function canFullScreen(video: HTMLVideoElement): boolean {
  return document.fullscreenEnabled || (video as OldVideo).webkitEnterFullscreen !== undefined;
}

export async function fullScreen(frame: HTMLElement, video: HTMLVideoElement): Promise<void> {
  try {
    if (document.fullscreenElement !== null) await document.exitFullscreen();
    else if (document.fullscreenEnabled) await frame.requestFullscreen();
    else (video as OldVideo).webkitEnterFullscreen?.();
  } catch {
    // the browser or its owner does not want it
  }
}

export function canFloat(video: HTMLVideoElement): boolean {
  return document.pictureInPictureEnabled === true && !video.disablePictureInPicture;
}

export async function float(video: HTMLVideoElement): Promise<void> {
  try {
    if (document.pictureInPictureElement === video) await document.exitPictureInPicture();
    else await video.requestPictureInPicture();
  } catch {
    // nothing to show yet
  }
}
