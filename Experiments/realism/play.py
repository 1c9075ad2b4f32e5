"""Plays sessions of pigment realism in Chromium: python3 play.py ADDRESS [--people 1] [--reload-at N] [--pictures FOLDER] [--study FOLDER]

Speaks the DevTools protocol over a pipe (no package is needed). Everybody is a tab of one browser; answers come by key, mouse and touch in
turn. With --reload-at the page is loaded again at that trial. Prints one JSON object a person: what the page said at the end. Exits 77 where
there is no Chromium. Screens go to FOLDER."""
import argparse, base64, json, os, shutil, subprocess, sys, tempfile, threading, time

parser = argparse.ArgumentParser()
parser.add_argument("address")
parser.add_argument("--people", type=int, default=1)
parser.add_argument("--reload-at", type=int, default=-1)
parser.add_argument("--pictures")
parser.add_argument("--study", help="its folder, to read the plates as it says; without it none is read")
parser.add_argument("--seconds", type=float, default=600)
parser.add_argument("--phone", action="store_true", help="a small upright screen with touch")
parser.add_argument("--dark", action="store_true")
options = parser.parse_args()


class Browser:
    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix="pigment-chromium-")
        to_read, self.to = os.pipe()
        self.source, to_write = os.pipe()

        def hand_over():
            # Descriptors 3 and 4 are what --remote-debugging-pipe reads and writes; the copies above keep them from each other.
            spare = [os.dup(each) for each in (to_read, to_write)]
            high = [os.dup2(spare[0], 100), os.dup2(spare[1], 101)]
            os.dup2(high[0], 3), os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions", "--remote-debugging-pipe",
             "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--password-store=basic",
             f"--user-data-dir={self.folder}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=hand_over, close_fds=False)
        os.close(to_read), os.close(to_write)
        self.number, self.rest, self.answers, self.lock = 0, b"", {}, threading.Condition()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while piece := os.read(self.source, 1 << 16):
            self.rest += piece
            *whole, self.rest = self.rest.split(b"\0")
            with self.lock:
                for text in whole:
                    answer = json.loads(text)
                    if "id" in answer: self.answers[answer["id"]] = answer
                self.lock.notify_all()
        with self.lock:
            self.answers = None
            self.lock.notify_all()

    def ask(self, method, session=None, **parameters):
        with self.lock:
            self.number += 1
            number = self.number
            message = {"id": number, "method": method, "params": parameters}
            if session: message["sessionId"] = session
            os.write(self.to, json.dumps(message).encode() + b"\0")
            if not self.lock.wait_for(lambda: self.answers is None or number in self.answers, 60): raise TimeoutError(method)
            if self.answers is None: raise ConnectionError("the browser ended")
            answer = self.answers.pop(number)
        if "error" in answer: raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def close(self):
        try: self.ask("Browser.close")
        except Exception: self.process.terminate()
        try: self.process.wait(20)
        except subprocess.TimeoutExpired: self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Page:
    def __init__(self, browser, address, context):
        self.browser = browser
        target = browser.ask("Target.createTarget", url="about:blank", browserContextId=context, newWindow=True)["targetId"]
        self.session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        if options.phone:
            self.ask("Emulation.setDeviceMetricsOverride", width=390, height=760, deviceScaleFactor=2, mobile=True)
            self.ask("Emulation.setTouchEmulationEnabled", enabled=True)
        else: self.ask("Emulation.setDeviceMetricsOverride", width=1280, height=800, deviceScaleFactor=1, mobile=False)
        if options.dark: self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
        self.ask("Page.enable")
        # A page in the background gets no frames.
        self.ask("Emulation.setFocusEmulationEnabled", enabled=True)
        self.ask("Page.navigate", url=address)

    def ask(self, method, **parameters): return self.browser.ask(method, self.session, **parameters)

    def value(self, words):
        found = self.ask("Runtime.evaluate", expression=words, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found: raise RuntimeError(found["exceptionDetails"].get("text", words))
        return found["result"].get("value")

    def wait(self, words, end):
        while time.time() < end:
            try:
                if found := self.value(words): return found
            except RuntimeError: pass
            time.sleep(0.005)
        raise TimeoutError(f"{words}; the page says: {self.value('document.body.innerText')[:400]}")

    def press(self, name, how):
        """A click at a button, by mouse or finger."""
        box = self.value(f"(() => {{ const b = document.getElementById('{name}'); b.scrollIntoView({{block: 'nearest'}}); const r = b.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] }})()")
        at = {"x": box[0], "y": box[1]}
        if how == "touch":
            self.ask("Input.dispatchTouchEvent", type="touchStart", touchPoints=[at])
            self.ask("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        else:
            for kind in ("mousePressed", "mouseReleased"): self.ask("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **at)

    def shoot(self, name):
        if not options.pictures: return
        os.makedirs(options.pictures, exist_ok=True)
        data = self.ask("Page.captureScreenshot", format="png")["data"]
        with open(f"{options.pictures}/{name}.png", "wb") as file: file.write(base64.b64decode(data))


SHOWN = "['welcome', 'loading', 'ready', 'trial', 'end', 'gone'].find((name) => !document.getElementById(name).hidden)"
plates = json.load(open(f"{options.study}/study.json"))["study"]["plates"] if options.study else []
ASKS = "!document.getElementById('choose-left').disabled"


def play(page, person):
    end = time.time() + options.seconds
    touch = "touch" if options.phone else "mouse"
    page.wait(f"{SHOWN} === 'welcome'", end)
    page.shoot(f"{person}-welcome")
    page.value("document.querySelector('[name=vision][value=normal]').click(); document.querySelector('[name=agree]').click(); [...document.querySelectorAll('[name=plate]')].forEach((field, place) => { field.value = " + json.dumps(plates) + "[place] ?? '' }); document.querySelector('#consent button').click()")
    answers, reloads, feedback = 0, 0, 0
    while True:
        shown = page.wait(f"(() => {{ const shown = {SHOWN}; return ['ready', 'end', 'gone'].includes(shown) || ({ASKS}) ? shown : '' }})()", end)
        if shown == "ready":
            page.shoot(f"{person}-ready")
            page.press("start", touch)
            page.wait(f"{SHOWN} !== 'ready'", end)
        elif shown == "trial":
            trial = page.value("state.next")
            if trial == options.reload_at and not reloads:
                reloads += 1
                page.ask("Page.reload")
                page.wait(f"typeof state !== 'undefined' && state && {SHOWN} === 'ready'", end)
                if page.value("state.next") != trial: raise RuntimeError("the reload went on at another trial")
                continue
            if trial in (0, 12): page.shoot(f"{person}-question-{trial}")
            side = "left" if (trial * 7 + person) % 3 else "right"
            how = ["key", touch, touch][trial % 3] if not options.phone else "touch"
            if how == "key":
                key = "ArrowLeft" if side == "left" else "ArrowRight"
                for kind in ("keyDown", "keyUp"): page.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key)
            else: page.press(f"choose-{side}", how)
            answers += 1
            said = page.wait(f"(() => {{ const words = document.getElementById('say').textContent; return state.next > {trial} || {SHOWN} !== 'trial' ? 'on' : words.startsWith('Right') || words.startsWith('Wrong') ? 'feedback' : '' }})()", end)
            if said == "feedback":
                feedback += 1
                if trial == 0: page.shoot(f"{person}-feedback")
                page.wait(f"state.next > {trial} || {SHOWN} !== 'trial'", end)
        else:
            page.shoot(f"{person}-{shown}")
            print(json.dumps({"person": page.value("document.getElementById('person').textContent"), "screen": shown, "answers": answers, "reloads": reloads, "feedback": feedback, "interval": page.value("interval")}), flush=True)
            return shown == "end"


program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
if not program:
    print("there is no Chromium; apt-get install chromium", file=sys.stderr)
    sys.exit(77)
browser = Browser(program)
outcomes = {}
try:
    def begin(person):
        context = browser.ask("Target.createBrowserContext")["browserContextId"]
        try: outcomes[person] = play(Page(browser, options.address, context), person)
        except Exception as problem: print(f"person {person}: {problem!r}", file=sys.stderr)
    threads = [threading.Thread(target=begin, args=(person,)) for person in range(options.people)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
finally: browser.close()
sys.exit(0 if len(outcomes) == options.people and all(outcomes.values()) else 1)
