"""Tasks in Camera; in half of the worlds it asks for its permission first."""

from __future__ import annotations

from ..sim import ops
from ..sim.apps.camera import FLASH, TIMER
from .draw import Draw
from .task import Draft, Move, launch, tap, template

_OPEN = launch("Camera")


def shoot(d: Draw, label: str = "Take photo") -> tuple[Move, ...]:
    """The shutter, and before it the permission where it is missing."""
    asked = () if "camera:camera" in d.world.permissions else (tap(label), tap("Allow"))
    return (*asked, tap(label))


@template("camera")
def photo(d: Draw) -> Draft:
    return Draft(
        ("Take a photo", "Take a picture", "Snap a photo with the camera", "Make a photo now"),
        (_OPEN, *shoot(d)),
        want=ops.take_photo(),
        intent=("take_photo", {}),
    )


@template("camera")
def photos(d: Draw) -> Draft:
    count = d.number(2, 4)
    return Draft(
        ("Take {n} photos", "Snap {n} pictures in a row", "I need {n} photos, take them", "Use the camera {n} times"),
        (_OPEN, *shoot(d), *(tap("Take photo"),) * (count - 1)),
        {"n": str(count)},
        ops.seq(*(ops.take_photo(),) * count),
    )


@template("camera")
def video(d: Draw) -> Draft:
    return Draft(
        ("Record a video", "Film something with the camera", "Make a video", "Shoot a clip in video mode"),
        (_OPEN, tap("Video"), *shoot(d, "Record video")),
        want=ops.seq(ops.set_part("camera", mode="Video"), ops.take_photo("Video")),
    )


@template("camera")
def mode_photo(d: Draw) -> Draft:
    mode = d.one(("Portrait", "Panorama"))
    return Draft(
        (
            "Take a photo in {m} mode",
            "Take a {m} picture",
            "Switch the camera to {m} and take a photo",
            "I want a {m} shot",
        ),
        (_OPEN, tap(mode), *shoot(d)),
        {"m": mode},
        ops.seq(ops.set_part("camera", mode=mode), ops.take_photo()),
    )


@template("camera")
def flash(d: Draw) -> Draft:
    value = d.new(FLASH, [d.world.camera.flash])
    return Draft(
        (
            "Set the camera's flash to {v}",
            "Put the flash on {v}",
            "Change the flash of the camera to {v}",
            "Camera flash: {v}",
        ),
        (_OPEN, tap("Flash"), tap(value)),
        {"v": value.lower()},
        ops.set_part("camera", flash=value),
    )


@template("camera")
def timed_photo(d: Draw) -> Draft:
    value = d.one(TIMER[1:])
    return Draft(
        (
            "Take a photo with a timer of {v}",
            "Set the camera's timer to {v} and take a picture",
            "I want a photo after {v}, use the camera timer",
            "Self-timer {v}, then a photo",
        ),
        (_OPEN, tap("Timer"), tap(value), *shoot(d)),
        {"v": value},
        ops.seq(ops.set_part("camera", timer=value), ops.take_photo()),
    )


@template("camera")
def selfie(d: Draw) -> Draft:
    return Draft(
        ("Take a selfie", "Take a photo with the front camera", "Snap a picture of me", "Front camera, one photo"),
        (_OPEN, tap("Switch camera"), *shoot(d)),
        want=ops.seq(ops.set_part("camera", front=True), ops.take_photo()),
    )


@template("camera")
def flash_photo(d: Draw) -> Draft:
    value = d.new(FLASH[1:], [d.world.camera.flash])
    return Draft(
        (
            "Take a photo with the flash {v}",
            "Set the flash to {v}, then take a picture",
            "I want a picture with flash {v}",
            "Flash {v} and snap a photo",
        ),
        (_OPEN, tap("Flash"), tap(value), *shoot(d)),
        {"v": value.lower()},
        ops.seq(ops.set_part("camera", flash=value), ops.take_photo()),
    )
