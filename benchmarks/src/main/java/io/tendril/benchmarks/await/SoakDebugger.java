package io.tendril.benchmarks.await;

import com.sun.jdi.AbsentInformationException;
import com.sun.jdi.Bootstrap;
import com.sun.jdi.LocalVariable;
import com.sun.jdi.Location;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.StackFrame;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.StepEvent;
import com.sun.jdi.request.EventRequest;
import com.sun.jdi.request.StepRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A debugger that is attached to a soak: a breakpoint in the coroutine that passes the landmark;
 * each time it is hit, the frames and locals are read, and one time in ten the lines from there on
 * are stepped over, the await's among them.
 */
final class SoakDebugger implements Runnable {
  private static final String TYPE = SoakTrials.class.getName();

  private final VirtualMachine machine;
  private volatile int hits;
  private final Map<String, Integer> steps = new ConcurrentSkipListMap<>();
  private volatile String trouble = "";

  SoakDebugger(int port) throws Exception {
    AttachingConnector sockets =
        Bootstrap.virtualMachineManager().attachingConnectors().stream()
            .filter(connector -> connector.transport().name().equals("dt_socket"))
            .findFirst()
            .orElseThrow();
    var arguments = sockets.defaultArguments();
    arguments.get("hostname").setValue("127.0.0.1");
    arguments.get("port").setValue(Integer.toString(port));
    machine = sockets.attach(arguments);
    var prepared = machine.eventRequestManager().createClassPrepareRequest();
    prepared.addClassFilter(TYPE);
    prepared.enable();
    machine.classesByName(TYPE).forEach(this::breakAtTheLandmark);
    Thread.ofPlatform().daemon().name("debugger").start(this);
  }

  private void breakAtTheLandmark(ReferenceType type) {
    try {
      var location = type.methodsByName("landmark").getFirst().allLineLocations().getFirst();
      machine.eventRequestManager().createBreakpointRequest(location).enable();
    } catch (AbsentInformationException e) {
      trouble = e.toString();
    }
  }

  String seen() {
    return "hits %d steps %s %s".formatted(hits, steps, trouble);
  }

  @Override
  public void run() {
    try {
      while (true) {
        EventSet events = machine.eventQueue().remove();
        for (Event event : events) {
          handle(event);
        }
        events.resume();
      }
    } catch (VMDisconnectedException e) {
      // the soak has ended
    } catch (Exception e) {
      trouble = e.toString();
      machine.dispose();
    }
  }

  private void handle(Event event) throws Exception {
    switch (event) {
      case ClassPrepareEvent prepared -> breakAtTheLandmark(prepared.referenceType());
      case BreakpointEvent hit -> {
        hits++;
        look(hit.thread().frame(0), "number");
        machine
            .eventRequestManager()
            .deleteEventRequests(machine.eventRequestManager().stepRequests());
        if (hits % 10 == 1) {
          StepRequest step =
              machine
                  .eventRequestManager()
                  .createStepRequest(hit.thread(), StepRequest.STEP_LINE, StepRequest.STEP_OVER);
          step.setSuspendPolicy(EventRequest.SUSPEND_ALL);
          step.enable();
        }
      }
      case StepEvent step -> {
        Location at = step.location();
        int line = at.lineNumber() - at.method().allLineLocations().getFirst().lineNumber();
        steps.merge(at.method().name() + "+" + line, 1, Integer::sum);
        if (!at.method().name().equals("landmark")) {
          machine.eventRequestManager().deleteEventRequest(step.request());
        } else {
          look(step.thread().frame(0), "before");
        }
      }
      default -> {}
    }
  }

  /** Reads a local, and expects the whole stack down to the loop to be there. */
  private void look(StackFrame frame, String name) throws Exception {
    LocalVariable local = frame.visibleVariableByName(name);
    if (local == null || frame.getValue(local) == null) {
      trouble = "no local " + name;
    }
    boolean loop =
        frame.thread().frames().stream()
            .anyMatch(below -> below.location().method().name().equals("turn"));
    if (!loop) {
      trouble = "no loop below " + frame.location();
    }
  }
}
